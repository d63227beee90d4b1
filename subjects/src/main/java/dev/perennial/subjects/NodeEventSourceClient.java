package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The npm package {@code eventsource} on an installed Node.
 *
 * <p>It is installed by npm into a temporary folder when the first stream is followed; npm keeps
 * what it has fetched. The package asks for Node 22.12; npm warns of an older one and goes on. It
 * obeys {@code retry:}, and cannot be told delays otherwise.
 */
public final class NodeEventSourceClient implements ClientUnderTest {
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);

  private final ProcessRelay relay =
      new ProcessRelay(name(), protocols(), capabilities(), NodeEventSourceClient::launch);

  /** Why it cannot be run here; null when it can. Installs its package to find out: seconds. */
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

  @Override
  public String name() {
    return "node-eventsource";
  }

  @Override
  public Set<Protocol> protocols() {
    return EnumSet.of(Protocol.SSE);
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(
        Capability.RECONNECTS,
        Capability.RESUMES,
        Capability.REPORTS_IDS,
        Capability.REPORTS_END,
        Capability.SENDS_HEADERS,
        Capability.FOLLOWS_MANY);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report)
      throws IOException, InterruptedException {
    return relay.follow(instructions, report);
  }

  @Override
  public void close() {
    relay.close();
  }

  private static SubjectProcess launch(URI session) throws IOException {
    return SubjectProcess.start(
        installed(), List.of(Programs.require("node"), "node.mjs", session.toString()));
  }

  /** A new folder with the scripts and the package. */
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
      throw new IOException("npm could not be waited for", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("npm was interrupted");
    } finally {
      npm.descendants().forEach(ProcessHandle::destroy);
      npm.destroy();
    }
  }
}
