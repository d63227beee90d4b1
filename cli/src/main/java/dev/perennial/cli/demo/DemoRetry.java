package dev.perennial.cli.demo;

import dev.perennial.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How the demo reconnects: fast, so that many faults fit into a few seconds. */
final class DemoRetry {
  private static final Duration FIRST_DELAY = Duration.ofMillis(5);
  private static final Duration FLOOR = Duration.ofMillis(10);
  private static final Duration LONGEST_DELAY = Duration.ofMillis(200);

  /** The library counts up to the last byte received; the event is delivered just after it. */
  private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** With more doublings it would exceed ten seconds, which always reset the backoff. */
  private static final int MAX_DOUBLINGS = 10;

  private DemoRetry() {}

  static RetryPolicy policy() {
    return RetryPolicy.exponential(FIRST_DELAY, LONGEST_DELAY).withFloor(FLOOR);
  }

  /** Says which delays the demo sets, and why. */
  static String explanation() {
    return "Delays set for the demo: reconnects wait "
        + FLOOR.toMillis()
        + " to "
        + LONGEST_DELAY.toMillis()
        + " ms instead of the default 0.1 to 30 s, so that many faults fit into seconds.";
  }

  /** How long a connection must deliver events until the backoff starts over. */
  static long resetAfterNanos(int attempt) {
    int failures = Math.min(attempt - 1, MAX_DOUBLINGS);
    return (FIRST_DELAY.toNanos() << failures) + MARGIN_NANOS;
  }
}
