package dev.perennial.internal.time;

import java.time.Duration;

/**
 * Checks durations that options set, and shows durations in messages: {@code 250 ms}, {@code 33.6
 * s}, {@code 5 min 30 s}.
 */
public final class Durations {
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000 * MICROS;
  private static final long TENTHS = 100 * MILLIS;
  private static final long SECONDS = 10 * TENTHS;

  private Durations() {}

  /**
   * Returns the value of an option.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public static Duration requirePositive(String option, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(option + " must be positive but was " + value);
    }
    return value;
  }

  /**
   * Returns a duration for people: its two largest units, or seconds with one decimal.
   *
   * @param duration not negative
   */
  @SuppressWarnings("JavaDurationGetSecondsToToSeconds") // Android 8 has no toSeconds.
  public static String text(Duration duration) {
    long seconds = duration.getSeconds();
    if (seconds < 60) {
      return ofLessThanAMinute(duration.toNanos());
    } else if (seconds < 3_600) {
      return pair(seconds, 60, " min", 1, " s");
    } else if (seconds < 86_400) {
      return pair(seconds, 3_600, " h", 60, " min");
    }
    return pair(seconds, 86_400, " d", 3_600, " h");
  }

  /** As {@link #text}. */
  public static String ofNanos(long nanos) {
    return text(Duration.ofNanos(nanos));
  }

  private static String ofLessThanAMinute(long nanos) {
    if (nanos >= SECONDS) {
      long tenths = nanos / TENTHS % 10;
      return nanos / SECONDS + (tenths == 0 ? "" : "." + tenths) + " s";
    } else if (nanos >= MILLIS) {
      return nanos / MILLIS + " ms";
    } else if (nanos >= MICROS) {
      return nanos / MICROS + " µs";
    }
    return nanos == 0 ? "0 s" : nanos + " ns";
  }

  private static String pair(
      long seconds, long unit, String name, long smallerUnit, String smallerName) {
    long rest = seconds % unit / smallerUnit;
    return seconds / unit + name + (rest == 0 ? "" : " " + rest + smallerName);
  }
}
