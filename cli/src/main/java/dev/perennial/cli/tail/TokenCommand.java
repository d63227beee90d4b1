package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * Asks a shell command for a token. What the command says on standard error goes to ours; what it
 * prints is a secret and shown nowhere.
 */
final class TokenCommand implements Credentials, AutoCloseable {
  private static final int MOST_BYTES = 64 * 1024;

  private final String command;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private @Nullable Process running; // Null while none runs.
  private boolean isClosed;

  TokenCommand(String command) {
    this.command = command;
  }

  @Override
  public String authorization() throws IOException {
    Process process = start();
    try {
      byte[] printed = process.getInputStream().readNBytes(MOST_BYTES + 1);
      if (printed.length > MOST_BYTES) {
        throw failed("printed more than " + MOST_BYTES + " bytes");
      }
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw failed("ended with exit code " + exitCode);
      }
      String token = new String(printed, UTF_8).strip();
      if (token.isEmpty()) {
        throw failed("printed no token");
      }
      if (token.indexOf('\n') >= 0) {
        throw failed("printed more than one line");
      }
      return token.indexOf(' ') < 0 ? "Bearer " + token : token;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the --token-command ran");
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
        throw failed("was not run: the command has ended");
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

  /** What went wrong with the command, in words that show no secret. */
  private static final class CommandFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String how) {
      super("The --token-command " + how);
    }
  }

  private static IOException failed(String how) {
    return new CommandFailedException(how);
  }

  /** The message of a failure: of the command, where that has failed. */
  static String wordsOf(StreamException failure) {
    Throwable cause = failure.getCause();
    return String.valueOf(
        cause instanceof CommandFailedException ? cause.getMessage() : failure.getMessage());
  }

  /** Ends a command that still runs. */
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
