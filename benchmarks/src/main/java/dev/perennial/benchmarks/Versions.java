package dev.perennial.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions of the clients that this was built with. */
final class Versions {
  private static final String FILE = "versions.properties";
  private static final Properties VERSIONS = load();

  private Versions() {}

  static String of(String name) {
    String version = VERSIONS.getProperty(name);
    if (version == null) {
      throw new IllegalArgumentException("Expected " + name + " in " + FILE);
    }
    return version;
  }

  private static Properties load() {
    Properties versions = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("Expected " + FILE + " beside the classes");
      }
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }
}
