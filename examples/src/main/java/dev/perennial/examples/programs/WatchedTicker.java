package dev.perennial.examples.programs;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import java.io.PrintStream;

/** Says at each moment how the stream is, and why it ended. */
// region watched
final class WatchedTicker implements StreamListener<String> {
  private final PrintStream out;

  WatchedTicker(PrintStream out) {
    this.out = out;
  }

  @Override
  public void onEvent(Event<String> event) {
    out.println(event.data());
  }

  @Override
  public void onGap(Gap gap) {
    out.println("events are missing: " + gap.detail());
  }

  @Override
  public void onState(StreamState state) {
    if (state instanceof StreamState.Waiting waiting && waiting.cause() != null) {
      out.println("trying again: " + waiting.cause().getMessage());
    } else if (state instanceof StreamState.Open) {
      out.println("live");
    }
  }

  /** Returns whether the stream has come to its end. */
  static boolean follow(EventStream<String> ticks, PrintStream out) throws InterruptedException {
    try (StreamSubscription live = ticks.subscribe(new WatchedTicker(out))) {
      live.awaitClosed();
      return true;
    } catch (StreamException e) {
      out.println(e.reason() + ": " + e.getMessage());
      return false;
    }
  }
}
// endregion
