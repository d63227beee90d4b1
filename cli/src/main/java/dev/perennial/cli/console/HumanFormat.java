package dev.perennial.cli.console;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
public final class HumanFormat {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private HumanFormat() {}

  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  public static String count(long value, String one, String many) {
    return count(value) + " " + (value == 1 ? one : many);
  }

  /** Below a second {@code 14 ms}, below a minute {@code 1.2 s}, above {@code 3 min 20 s}. */
  public static String duration(Duration duration) {
    long nanos = duration.compareTo(Duration.ofDays(365)) < 0 ? duration.toNanos() : Long.MAX_VALUE;
    long millis = Math.round(nanos / (double) NANOS_PER_MILLI);
    if (millis < 1_000) {
      return nanos > 0 && millis == 0 ? "below 1 ms" : millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    long seconds = millis / 1_000;
    return seconds < 3_600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
  }

  public static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024.0));
  }
}
