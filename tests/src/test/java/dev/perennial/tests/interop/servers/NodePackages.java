package dev.perennial.tests.interop.servers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;

/** The servers that run on Node, and the packages from npm that they need. */
final class NodePackages {
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "started.mjs", "ticks.mjs", "graphql.mjs");
  private static final long LIMIT_SECONDS = 45;

  /** How npm says that it could not reach a registry. */
  private static final Pattern UNREACHABLE =
      Pattern.compile(
          "code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH"
              + "|E?TIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED|E403|E407|E5[0-9]{2})");

  private NodePackages() {}

  /**
   * Installs them into a folder.
   *
   * @throws TestAbortedException if there is no Node, or npm cannot reach a registry
   */
  static void install(Path folder) throws IOException, InterruptedException {
    requireProgram("node");
    requireProgram("npm");
    for (String file : FILES) {
      try (InputStream in = NodePackages.class.getResourceAsStream("node/" + file)) {
        Files.copy(Objects.requireNonNull(in, file), folder.resolve(file));
      }
    }
    Path log = folder.resolve("npm.txt");
    Process npm =
        new ProcessBuilder(
                "npm",
                "ci",
                "--prefer-offline",
                "--fetch-retries=1",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
                "--ignore-scripts")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      boolean hasEnded = npm.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      String words = Files.readString(log).strip();
      if (!hasEnded || (npm.exitValue() != 0 && UNREACHABLE.matcher(words).find())) {
        throw new TestAbortedException("npm cannot reach a registry: " + words);
      }
      if (npm.exitValue() != 0) {
        throw new IOException("npm could not install the packages: " + words);
      }
    } finally {
      npm.descendants().forEach(ProcessHandle::destroy);
      npm.destroy();
    }
  }

  private static void requireProgram(String name) {
    for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
        return;
      }
    }
    throw new TestAbortedException(name + " is not on the PATH");
  }
}
