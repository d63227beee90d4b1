package dev.perennial.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Reads the version of the build, which Maven writes into {@code version.properties}. */
public final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream resource = VersionProvider.class.getResourceAsStream("version.properties")) {
      if (resource == null) {
        throw new IOException("Expected the resource version.properties but was none");
      }
      build.load(resource);
    }
    return new String[] {
      "perennial " + build.getProperty("version"),
      "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name")
    };
  }
}
