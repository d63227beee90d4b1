package dev.perennial.examples.guide;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.nio.file.Path;

/** The first steps. */
final class GettingStarted {
  private GettingStarted() {}

  static void follow() throws InterruptedException {
    // region first
    EventStream<String> ticks = Sse.stream("https://api.example.com/ticks");

    try (StreamSubscription live = ticks.subscribe(event -> System.out.println(event.data()))) {
      live.awaitClosed(); // reconnects and resumes until the stream completes or is closed
    }
    // endregion
  }

  /** A price as the server sends it. */
  record Price(String symbol, double value) {}

  interface Tokens {
    String fresh();
  }

  interface Prices {
    /** Replaces all prices; returns the cursor that they were read at, or null for none. */
    String reload();
  }

  // region options
  static EventStream<Price> prices(Tokens tokens, Prices prices) {
    return Sse.builder("https://api.example.com/prices")
        .credentials(() -> "Bearer " + tokens.fresh()) // asked again when the server refuses one
        .stream(Price.class) // decoded from JSON
        .withStaleAfter(ofSeconds(60))
        .withRetry(RetryPolicy.exponential(ofSeconds(1), ofSeconds(30)).withMaxElapsed(ofHours(1)))
        .withCursorStore(CursorStore.file(Path.of("prices.cursor"))) // resumes after a restart
        .withGapPolicy(GapPolicy.snapshotThenLive(gap -> prices.reload()));
  }
  // endregion
}
