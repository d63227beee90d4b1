package dev.perennial.cli.console;

import java.time.Duration;
import java.util.Locale;

/** Formats numbers for people, the same in every locale. */
public final class HumanFormat {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private HumanFormat() {}

  /** Groups digits by thousands: {@code 20,000}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Adds the noun in singular or plural: {@code 1 event}, {@code 20,000 events}. */
  public static String count(long value, String one, String many) {
    return count(value) + " " + (value == 1 ? one : many);
  }

  /** Leaves out the decimals of a whole number: {@code 20}, {@code 0.5}. */
  public static String decimal(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /**
   * Picks the unit by size: {@code 14 ms}, {@code 1.2 s}, {@code 3 min 20 s}, {@code 2 h 3 min}.
   */
  public static String duration(Duration duration) {
    long nanos = duration.compareTo(Duration.ofDays(365)) < 0 ? duration.toNanos() : Long.MAX_VALUE;
    long millis = Math.round(nanos / (double) NANOS_PER_MILLI);
    if (millis < 1_000) {
      return nanos > 0 && millis == 0 ? "under 1 ms" : millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    long seconds = millis / 1_000;
    return seconds < 3_600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
  }

  /** One decimal: {@code 8.0 MiB}. */
  public static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024.0));
  }
}
