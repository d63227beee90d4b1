package dev.perennial.examples.guide;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.sse.Sse;
import java.io.IOException;

/** Configures when to reconnect and how long to wait. */
final class Reconnecting {
  private Reconnecting() {}

  // region limits
  static EventStream<String> limited(EventStream<String> ticks) {
    return ticks
        .withRetry(
            RetryPolicy.exponential(ofSeconds(1), ofSeconds(30))
                .withMaxElapsed(ofHours(1)) // gives up after an hour of failures in a row
                .onStatus(404, Action.RETRY)) // our endpoint comes and goes
        .withAttemptTimeout(ofSeconds(10))
        .withMaxConnectionAge(ofMinutes(30));
  }

  // endregion

  // region fail-fast
  static EventStream<String> forAPersonWhoWaits(EventStream<String> ticks) {
    return ticks.failFast();
  }

  // endregion

  // region silence
  static EventStream<String> withHeartbeatsEachQuarterMinute(EventStream<String> ticks) {
    return ticks.withStaleAfter(ofSeconds(45));
  }

  // endregion

  // region stalled
  static EventStream<String> withAnEventEachMinute(EventStream<String> ticks) {
    return ticks.withStalledAfter(ofMinutes(3));
  }

  // endregion

  // region credentials
  interface Tokens {
    String fresh() throws IOException;
  }

  static EventStream<String> authorized(String url, Tokens tokens) {
    return Sse.builder(url).credentials(() -> "Bearer " + tokens.fresh()).stream();
  }
  // endregion
}
