package dev.perennial.cli.tail;

import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.Terminal;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Follows a stream to its end and reports why it ended. */
final class TailSession {
  private final TailListener listener;
  private final InterruptHandler interruptHandler;
  private final Terminal terminal;
  private final BooleanSupplier mayBeNdjson;
  private final boolean hasTokenCommand;
  private final boolean isQuiet;

  /** Null without {@code --cursor-file}. */
  private final @Nullable Path cursorFile;

  /** Null for no limit. */
  private final @Nullable Duration timeout;

  private final long startNanos = System.nanoTime();

  /** Why the first candidate was rejected; null while none was. */
  private @Nullable StreamException rejection;

  /**
   * Creates a session, whose time starts now.
   *
   * @param mayBeNdjson whether the last response may be, by its content type
   * @param cursorFile null without {@code --cursor-file}
   * @param timeout of the whole session; null for no limit
   */
  TailSession(
      TailListener listener,
      InterruptHandler interruptHandler,
      Terminal terminal,
      BooleanSupplier mayBeNdjson,
      boolean hasTokenCommand,
      @Nullable Path cursorFile,
      @Nullable Duration timeout,
      boolean isQuiet) {
    this.listener = listener;
    this.interruptHandler = interruptHandler;
    this.terminal = terminal;
    this.mayBeNdjson = mayBeNdjson;
    this.hasTokenCommand = hasTokenCommand;
    this.cursorFile = cursorFile;
    this.timeout = timeout;
    this.isQuiet = isQuiet;
  }

  /**
   * Follows the first of the streams whose content type matches the response. The second is not
   * tried when the response cannot be NDJSON: a page is not requested twice.
   *
   * @return the exit code
   */
  int follow(List<EventStream<String>> candidates) throws InterruptedException {
    for (EventStream<String> stream : candidates) {
      try (StreamSubscription subscription = stream.subscribe(listener)) {
        interruptHandler.onInterrupt(subscription::close);
        return ended(awaitEnd(subscription));
      } catch (StreamException failure) {
        if (listener.wasOpened() || failure.reason() != Reason.CONTENT_TYPE) {
          return failed(failure);
        }
        boolean isLast = rejection != null || candidates.size() == 1;
        rejection = rejection == null ? failure : rejection;
        if (isLast || !mayBeNdjson.getAsBoolean()) {
          break;
        }
        print("not server-sent events, trying NDJSON");
      }
    }
    return rejected(candidates.size() > 1);
  }

  /** Returns false when the timeout ended it. */
  private boolean awaitEnd(StreamSubscription subscription) throws InterruptedException {
    if (timeout == null) {
      subscription.awaitClosed();
      return true;
    }
    Duration left = timeout.minusNanos(System.nanoTime() - startNanos);
    boolean isInTime = subscription.awaitClosed(left.isNegative() ? Duration.ZERO : left);
    subscription.close();
    subscription.awaitClosed();
    return isInTime;
  }

  private int ended(boolean isInTime) {
    String events = HumanFormat.count(listener.printed(), "event", "events");
    if (listener.isOutputClosed()) {
      return ExitCode.OK;
    }
    if (interruptHandler.isInterrupted()) {
      print("interrupted after " + events);
      return ExitCode.INTERRUPTED;
    }
    if (listener.isFull()) {
      print("stopped after " + events);
    } else if (isInTime) {
      print("the server ended the stream after " + events);
    } else {
      print("stopped by --timeout after " + events);
    }
    return ExitCode.OK;
  }

  private int rejected(boolean hadNdjson) {
    if (rejection == null) {
      throw new IllegalStateException("Expected a stream to follow but there was none");
    }
    String hint =
        hadNdjson
            ? ", which is not NDJSON either (--transport and --accept set what to expect)"
            : " (--accept sets another content type)";
    return failed(rejection.getMessage() + hint, ExitCode.NOT_OPENED);
  }

  private int failed(StreamException failure) {
    int exitCode = listener.wasOpened() ? ExitCode.FAILED : ExitCode.NOT_OPENED;
    return failed(TokenCommand.message(failure) + hint(failure), exitCode);
  }

  private String hint(StreamException failure) {
    if (failure.code() == 401 && failure.reason() != Reason.CREDENTIALS) {
      return hasTokenCommand
          ? " (the server refused the token of --token-command)"
          : " (--header 'Authorization: ...' or --token-command sends credentials)";
    }
    if (isRefusedConnection(failure) && !listener.wasOpened()) {
      return " (--retry-first waits for the server)";
    }
    if (failure.code() == 426) {
      return " (--transport ws opens a WebSocket)";
    }
    boolean isStoredCursorGone = cursorFile != null && failure.reason() == Reason.GAP;
    return isStoredCursorGone ? " (delete " + cursorFile + " to start without a cursor)" : "";
  }

  /** Whether nothing listens there, perhaps not yet. */
  private static boolean isRefusedConnection(StreamException failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof ConnectException)) {
      cause = cause.getCause();
    }
    return cause != null && failure.reason() == Reason.CONNECT;
  }

  /** Reports a failure and returns the exit code. */
  int failed(String message, int exitCode) {
    terminal.printError("perennial tail: " + message);
    return exitCode;
  }

  private void print(String line) {
    if (!isQuiet) {
      terminal.err().println(terminal.errStyle().dim(line));
    }
  }
}
