package dev.perennial;

import java.time.Duration;

/** Nanoseconds that saturate instead of overflowing: 292 years are for ever. */
final class Nanos {
  static final long FOREVER = Long.MAX_VALUE;
  private static final Duration LONGEST = Duration.ofNanos(FOREVER);

  private Nanos() {}

  static long of(Duration duration) {
    return duration.compareTo(LONGEST) >= 0 ? FOREVER : duration.toNanos();
  }

  /** {@code nanos * 2^doublings}, at most {@link #FOREVER}. */
  static long doubled(long nanos, int doublings) {
    boolean fits = doublings < Long.numberOfLeadingZeros(nanos) - 1;
    return fits ? nanos << doublings : FOREVER;
  }

  static long plus(long a, long b) {
    return a > FOREVER - b ? FOREVER : a + b;
  }
}
