package dev.perennial.examples.guide;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import dev.perennial.json.Json;
import dev.perennial.sse.Sse;
import java.util.Map;

/** Handles missing events. */
final class Gaps {
  private Gaps() {}

  // region fail
  static void untilSomethingIsMissing(EventStream<String> ticks) throws InterruptedException {
    try (StreamSubscription subscription = ticks.subscribe(event -> show(event.data()))) {
      subscription.awaitClosed();
    } catch (GapException e) {
      show("missing after " + e.gap().lastCursor() + ": " + e.gap().detail());
    }
  }

  // endregion

  // region live-only
  static StreamSubscription liveOnly(EventStream<String> ticks) {
    return ticks
        .withGapPolicy(GapPolicy.liveOnly())
        .subscribe(
            new StreamListener<String>() {
              @Override
              public void onEvent(Event<String> event) {
                show(event.data());
              }

              @Override
              public void onGap(Gap gap) {
                show("missing: " + gap.detail());
              }
            });
  }

  // endregion

  // region snapshot
  /** All prices at once, and the cursor at which they were read. */
  record Snapshot(Map<String, String> prices, String cursor) {}

  interface Prices {
    Snapshot read() throws Exception;
  }

  static EventStream<String> reloaded(
      EventStream<String> changes, Prices prices, Map<String, String> table) {
    return changes.withGapPolicy(
        GapPolicy.snapshotThenLive(
            gap -> {
              Snapshot snapshot = prices.read();
              table.clear();
              table.putAll(snapshot.prices());
              return snapshot.cursor(); // or null: continue with what the server sends now
            }));
  }

  // endregion

  // region except
  static EventStream<String> strict(EventStream<String> ticks) {
    return ticks.withGapPolicy(GapPolicy.liveOnly().except(Gap.Reason.NO_CURSOR, GapPolicy.fail()));
  }

  // endregion

  // region sequence
  interface Books {
    /** Reads the book of a symbol; returns the number of the last change in it. */
    long load(String symbol) throws Exception;
  }

  static EventStream<String> books(String url, Books books) {
    return Sse.builder(url).sequence(Json.field("/symbol"), Json.field("/seq")).stream()
        .withGapPolicy(
            GapPolicy.snapshotThenLive(
                gap ->
                    gap.reason() == Gap.Reason.SEQUENCE
                        ? Long.toString(books.load(String.valueOf(gap.sequenceKey())))
                        : null));
  }

  // endregion

  private static void show(String line) {
    System.out.println(line);
  }
}
