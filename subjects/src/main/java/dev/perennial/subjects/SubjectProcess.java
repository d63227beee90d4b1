package dev.perennial.subjects;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process with a temporary folder of its own. Both are removed when it is closed, or else when
 * this JVM ends.
 */
final class SubjectProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int MOST_SHOWN = 600;

  private final Process process;
  private final Path folder;
  private final Thread atExit;

  private SubjectProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
    this.atExit = new Thread(this::end, "perennial-subjects-exit");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a process in a folder, and takes ownership of the folder.
   *
   * @throws IOException if the process cannot be started; the folder is removed then
   */
  static SubjectProcess start(Path folder, List<String> command) throws IOException {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output(folder).toFile());
      builder.environment().put("TMPDIR", folder.toString()); // Removed with the folder.
      Process process = builder.start();
      process.getOutputStream().close();
      return new SubjectProcess(process, folder);
    } catch (IOException e) {
      delete(folder);
      throw e;
    }
  }

  static Path newFolder() throws IOException {
    return Files.createTempDirectory("perennial-subject-");
  }

  private static Path output(Path folder) {
    return folder.resolve("output.txt");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Completes when the process has ended. */
  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Describes how the process ended, with the end of its output. */
  String end(String name) {
    String written;
    try {
      written = Files.readString(output(folder), UTF_8).strip();
    } catch (IOException e) {
      written = "";
    }
    String shown = written.substring(Math.max(0, written.length() - MOST_SHOWN));
    return name
        + " ended"
        + (process.isAlive() ? "" : " with code " + process.exitValue())
        + (shown.isEmpty() ? "" : ": " + shown);
  }

  /** Ends the process and its children, and removes its folder. Idempotent. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is shutting down, and its shutdown hook does the same.
    }
    end();
  }

  private void end() {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroy();
    started.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    started.forEach(ProcessHandle::destroyForcibly);
    delete(folder);
  }

  /** Removes a folder. What cannot be removed is left for the system to clean up. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // A process that was killed may still be writing.
    }
  }
}
