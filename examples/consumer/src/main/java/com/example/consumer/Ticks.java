package com.example.consumer;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Prints the ticks of one subscription, and checks that all of them arrived. */
final class Ticks<T> implements StreamListener<T> {
  private final String transport;
  private final Function<T, String> text;
  private final List<String> seen = new ArrayList<>();
  private boolean missing;

  Ticks(String transport, Function<T, String> text) {
    this.transport = transport;
    this.text = text;
  }

  @Override
  public void onEvent(Event<T> event) {
    seen.add(text.apply(event.data()));
    say(text.apply(event.data()));
  }

  @Override
  public void onGap(Gap gap) {
    missing = true;
    say("some are missing: " + gap.reason());
  }

  @Override
  public void onState(StreamState state) {
    if (state instanceof StreamState.Open open) {
      say("connection " + open.connection());
    } else if (state instanceof StreamState.Waiting waiting) {
      say("interrupted: " + waiting.rule());
    }
  }

  /**
   * Follows the stream to its end, and returns whether each tick from 1 on arrived once, in order.
   */
  boolean follow(EventStream<T> stream) throws InterruptedException {
    try (StreamSubscription subscription = stream.subscribe(this)) {
      subscription.awaitClosed();
      boolean whole =
          !missing
              && seen.equals(
                  IntStream.rangeClosed(1, seen.size()).mapToObj(i -> "tick " + i).toList());
      say(seen.size() + " ticks, " + (whole ? "all of them once" : "not as they were sent"));
      return whole;
    } catch (StreamException e) {
      say("failed: " + e.getMessage());
      return false;
    }
  }

  private void say(String what) {
    System.out.printf("%-6s  %s%n", transport, what);
  }
}
