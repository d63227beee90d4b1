package dev.perennial.internal.time;

import java.time.Duration;

/** Nanosecond arithmetic that saturates instead of overflowing: 292 years count as forever. */
public final class Nanos {
  /** Longer than any wait. */
  public static final long FOREVER = Long.MAX_VALUE;

  private static final Duration LONGEST = Duration.ofNanos(FOREVER);

  private Nanos() {}

  /** Converts a duration; at most {@link #FOREVER}, and 0 for a negative one. */
  public static long of(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.compareTo(LONGEST) >= 0 ? FOREVER : duration.toNanos();
  }

  /** Returns {@code nanos * 2^doublings}, at most {@link #FOREVER}. */
  public static long doubled(long nanos, int doublings) {
    boolean fits = doublings < Long.numberOfLeadingZeros(nanos) - 1;
    return fits ? nanos << doublings : FOREVER;
  }

  /** Returns {@code nanos * factor}, at most {@link #FOREVER}; both are positive. */
  public static long times(long nanos, int factor) {
    return nanos <= FOREVER / factor ? nanos * factor : FOREVER;
  }

  /** Returns {@code a + b}, at most {@link #FOREVER}; {@code b} is not negative. */
  public static long plus(long a, long b) {
    return a > FOREVER - b ? FOREVER : a + b;
  }

  /** Returns the later of two clock readings, which may wrap around. */
  public static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
