package dev.perennial.cli.tail;

import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.Terminal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows a stream to its end, and says how it came. */
final class TailSession {
  private final TailListener listener;
  private final InterruptHandler interruptHandler;
  private final Terminal terminal;
  private final StreamOptions options;
  private final boolean isQuiet;

  /** Null for no limit. */
  private final @Nullable Duration limit;

  private final long beganNanos = System.nanoTime();

  /** What the first candidate was refused with; null while none was. */
  private @Nullable StreamException refusal;

  /**
   * Nothing is followed yet, but the time runs.
   *
   * @param limit how long it may take in all; null for no limit
   */
  TailSession(
      TailListener listener,
      InterruptHandler interruptHandler,
      Terminal terminal,
      StreamOptions options,
      @Nullable Duration limit,
      boolean isQuiet) {
    this.listener = listener;
    this.interruptHandler = interruptHandler;
    this.terminal = terminal;
    this.options = options;
    this.limit = limit;
    this.isQuiet = isQuiet;
  }

  /**
   * Follows the first of the streams whose content type the server answers with.
   *
   * @return the exit code
   */
  int follow(List<EventStream<String>> candidates) throws InterruptedException {
    for (EventStream<String> stream : candidates) {
      try (StreamSubscription subscription = stream.subscribe(listener)) {
        interruptHandler.onInterrupt(subscription::close);
        return ended(isEndedInTime(subscription));
      } catch (StreamException failure) {
        if (listener.wasOpened() || failure.reason() != Reason.CONTENT_TYPE) {
          return failed(failure);
        }
        if (refusal == null && candidates.size() > 1) {
          print("these are no server-sent events: asking for NDJSON");
        }
        refusal = refusal == null ? failure : refusal;
      }
    }
    return refused(candidates.size() > 1);
  }

  private boolean isEndedInTime(StreamSubscription subscription) throws InterruptedException {
    if (limit == null) {
      subscription.awaitClosed();
      return true;
    }
    Duration left = limit.minusNanos(System.nanoTime() - beganNanos);
    boolean isInTime = subscription.awaitClosed(left.isNegative() ? Duration.ZERO : left);
    subscription.close();
    subscription.awaitClosed();
    return isInTime;
  }

  private int ended(boolean isInTime) {
    String events = HumanFormat.count(listener.printed(), "event", "events");
    if (listener.isOutputGone()) {
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

  private int refused(boolean isOfTwo) {
    if (refusal == null) {
      throw new IllegalStateException("Expected a stream to follow but there was none");
    }
    String hint =
        isOfTwo
            ? ", which is none of NDJSON either (--transport and --accept say what it is)"
            : " (--accept expects another)";
    return failed(refusal.getMessage() + hint, ExitCode.NOT_OPENED);
  }

  private int failed(StreamException failure) {
    int exitCode = listener.wasOpened() ? ExitCode.FAILED : ExitCode.NOT_OPENED;
    return failed(TokenCommand.wordsOf(failure) + hint(failure), exitCode);
  }

  private String hint(StreamException failure) {
    if (failure.code() == 401 && failure.reason() != Reason.CREDENTIALS) {
      return options.tokenCommand == null
          ? " (--header 'Authorization: ...' or --token-command sends credentials)"
          : " (what --token-command printed was refused)";
    }
    if (failure.code() == 426) {
      return " (--transport ws speaks WebSocket)";
    }
    boolean isStoredCursorGone = options.cursorFile != null && failure.reason() == Reason.GAP;
    return isStoredCursorGone ? " (without " + options.cursorFile + " it starts anew)" : "";
  }

  /** Says why it failed. */
  int failed(String message, int exitCode) {
    terminal.err().println(terminal.errStyle().red("perennial tail: " + message));
    return exitCode;
  }

  private void print(String line) {
    if (!isQuiet) {
      terminal.err().println(terminal.errStyle().dim(line));
    }
  }
}
