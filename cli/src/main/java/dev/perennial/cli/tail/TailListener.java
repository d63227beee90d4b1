package dev.perennial.cli.tail;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Prints the events of a stream on standard output and its states on standard error. Called by the
 * subscription's thread.
 */
final class TailListener implements StreamListener<String> {
  private final EventPrinter printer;
  private final long maxEvents;
  private final PrintStream err;
  private final TextStyle style;
  private final boolean isQuiet;

  // Written by the subscription's thread, read by others.
  private final AtomicLong printed = new AtomicLong();
  private volatile boolean wasOpened;
  private volatile boolean isOutputClosed;

  /** Null until subscribed. */
  private volatile @Nullable StreamSubscription subscription;

  TailListener(EventPrinter printer, long maxEvents, Terminal terminal, boolean isQuiet) {
    this.printer = printer;
    this.maxEvents = maxEvents;
    this.err = terminal.err();
    this.style = terminal.errStyle();
    this.isQuiet = isQuiet;
  }

  @Override
  public void onSubscribed(StreamSubscription newSubscription) {
    subscription = newSubscription;
  }

  @Override
  public void onEvent(Event<String> event) {
    if (isFull() || isOutputClosed) {
      return;
    }
    try {
      printer.print(event);
    } catch (IOException e) {
      isOutputClosed = true;
      close();
      return;
    }
    event.acknowledge(); // Only now: the next run must print what this one did not.
    printed.incrementAndGet();
    if (isFull()) {
      close();
    }
  }

  private void close() {
    StreamSubscription open = subscription;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void onState(StreamState state) {
    if (state instanceof StreamState.Connecting connecting) {
      boolean isFirst = connecting.attempt() == 1 && !wasOpened;
      print(style.dim(isFirst ? "connecting..." : "reconnecting..."));
    } else if (state instanceof StreamState.Open) {
      print(style.green(opened()));
      wasOpened = true;
    } else if (state instanceof StreamState.Waiting waiting) {
      print(
          style.yellow("waiting " + HumanFormat.duration(waiting.delay()))
              + style.dim(": " + reason(waiting)));
    } else if (state instanceof StreamState.Parked || state instanceof StreamState.Closed) {
      return; // tail never parks, and TailSession reports the end.
    } else {
      throw new IllegalStateException("Unknown state " + state);
    }
  }

  private String opened() {
    String cursor = cursor();
    return cursor == null ? "open" : "open, resumed after id " + Printable.of(cursor);
  }

  /** The cursor of the last printed event, or the one to start after; null without one. */
  @Nullable String cursor() {
    StreamSubscription live = subscription;
    return live == null ? null : live.cursor();
  }

  private static String reason(StreamState.Waiting waiting) {
    StreamException cause = waiting.cause();
    return cause == null ? "the server ended the connection" : TokenCommand.message(cause);
  }

  @Override
  public void onGap(Gap gap) {
    print(style.red("gap: " + gap.detail()));
  }

  private void print(String line) {
    if (!isQuiet) {
      err.println(line);
    }
  }

  long printed() {
    return printed.get();
  }

  boolean wasOpened() {
    return wasOpened;
  }

  /** Returns whether standard output was closed by its reader. */
  boolean isOutputClosed() {
    return isOutputClosed;
  }

  /** Returns whether {@code --max-events} was reached. */
  boolean isFull() {
    return printed.get() == maxEvents;
  }
}
