package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Protocol;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The npm package {@code eventsource} on an installed Node.
 *
 * <p>npm installs it into a temporary folder when the first stream is followed, and caches what it
 * downloads. The package requires Node 22.12; with an older one npm prints a warning and continues.
 * It honors {@code retry:}; its delays cannot be set otherwise.
 */
public final class NodeEventSourceClient extends ProcessClient {
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);

  public NodeEventSourceClient() {
    super(
        "node-eventsource",
        Protocol.SSE,
        NodeEventSourceClient::launch,
        Capability.RECONNECTS,
        Capability.RESUMES,
        Capability.REPORTS_IDS,
        Capability.REPORTS_END,
        Capability.SENDS_HEADERS,
        Capability.FOLLOWS_MANY);
  }

  /**
   * Returns why it cannot run on this machine, or null if it can. Installs the package to find out,
   * which takes seconds.
   */
  public @Nullable String unavailable() {
    for (String program : List.of("node", "npm")) {
      if (Programs.onPath(List.of(program)) == null) {
        return "Node is not installed: " + program + " is not on the PATH";
      }
    }
    try {
      SubjectProcess.delete(installed());
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static SubjectProcess launch(URI session) throws IOException {
    return SubjectProcess.start(
        installed(), List.of(Programs.require("node"), "node.mjs", session.toString()));
  }

  /** Creates a folder with the scripts and the package. */
  private static Path installed() throws IOException {
    Path folder = SubjectProcess.newFolder();
    try {
      ScriptFiles.copy(folder, "package.json", "node.mjs", "eventsource.mjs");
      install(folder);
      return folder;
    } catch (IOException | RuntimeException e) {
      SubjectProcess.delete(folder);
      throw e;
    }
  }

  private static void install(Path folder) throws IOException {
    Process npm =
        new ProcessBuilder(
                Programs.require("npm"),
                "install",
                "--prefer-offline",
                "--no-package-lock",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
                "--ignore-scripts")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("npm.txt").toFile())
            .start();
    try {
      Process ended = npm.onExit().get(INSTALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (ended.exitValue() != 0) {
        throw new IOException(
            "npm could not install the package: "
                + Files.readString(folder.resolve("npm.txt")).strip());
      }
    } catch (TimeoutException e) {
      throw new IOException("npm did not install the package within " + INSTALL_LIMIT, e);
    } catch (ExecutionException e) {
      throw new IOException("Could not wait for npm", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("npm was interrupted");
    } finally {
      npm.descendants().forEach(ProcessHandle::destroy);
      npm.destroy();
    }
  }
}
