package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamException;
import dev.perennial.http.Credentials;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gets tokens from the shell command of {@code --token-command}. Its standard error goes to ours;
 * its output is secret and never shown.
 */
final class TokenCommand implements Credentials, AutoCloseable {
  private static final int MAX_BYTES = 64 * 1024;

  private final String command;
  private final ReentrantLock lock = new ReentrantLock();

  /** Null before the first run. */
  @GuardedBy("lock")
  private @Nullable Process running;

  @GuardedBy("lock")
  private boolean isClosed;

  TokenCommand(String command) {
    this.command = command;
  }

  @Override
  public String authorization() throws IOException {
    Process process = start();
    try {
      byte[] printed = process.getInputStream().readNBytes(MAX_BYTES + 1);
      if (printed.length > MAX_BYTES) {
        throw new CommandFailedException("printed more than " + MAX_BYTES + " bytes");
      }
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new CommandFailedException("ended with exit code " + exitCode);
      }
      String token = new String(printed, UTF_8).strip();
      if (token.isEmpty()) {
        throw new CommandFailedException("printed no token");
      }
      if (token.indexOf('\n') >= 0) {
        throw new CommandFailedException("printed more than one line");
      }
      return token.indexOf(' ') < 0 ? "Bearer " + token : token;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the --token-command was running");
    } finally {
      stop(process);
    }
  }

  private Process start() throws IOException {
    boolean isWindows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    ProcessBuilder builder =
        new ProcessBuilder(
                isWindows ? List.of("cmd", "/c", command) : List.of("/bin/sh", "-c", command))
            .redirectInput(ProcessBuilder.Redirect.from(new File(isWindows ? "NUL" : "/dev/null")))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    lock.lock();
    try {
      if (isClosed) {
        throw new CommandFailedException("was not run: tail has ended");
      }
      running = builder.start();
      return running;
    } finally {
      lock.unlock();
    }
  }

  private static void stop(@Nullable Process process) {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** The command failed. The message contains nothing that the command printed. */
  private static final class CommandFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String how) {
      super("The --token-command " + how);
    }
  }

  /** Returns the message of the failure; if the command failed, only that. */
  static String message(StreamException failure) {
    Throwable cause = failure.getCause();
    return String.valueOf(
        cause instanceof CommandFailedException ? cause.getMessage() : failure.getMessage());
  }

  /** Kills the command if it is running. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      stop(running);
    } finally {
      lock.unlock();
    }
  }
}
