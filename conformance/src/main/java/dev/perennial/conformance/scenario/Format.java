package dev.perennial.conformance.scenario;

import java.time.Duration;
import java.util.Locale;

/** Formats times, counts and text for people. */
public final class Format {
  private static final int MOST_SHOWN = 60;

  private Format() {}

  public static String duration(Duration time) {
    return nanos(time.toNanos());
  }

  public static String nanos(long nanos) {
    if (nanos < 10_000_000) {
      return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    } else if (nanos < 1_000_000_000) {
      return String.format(Locale.ROOT, "%.0f ms", nanos / 1e6);
    }
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  /** Formats a count of things whose plural ends in s. */
  public static String count(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** Returns text on one line, with control characters made visible, shortened when it is long. */
  public static String visible(String text) {
    StringBuilder visible = new StringBuilder();
    for (int i = 0; i < text.length() && visible.length() < MOST_SHOWN; i++) {
      char character = text.charAt(i);
      switch (character) {
        case '\n' -> visible.append("\\n");
        case '\r' -> visible.append("\\r");
        case '\t' -> visible.append("\\t");
        case '\0' -> visible.append("\\0");
        case '\uFEFF' -> visible.append("\\uFEFF");
        default -> visible.append(character < ' ' || character == 127 ? '.' : character);
      }
    }
    return visible.length() < MOST_SHOWN ? visible.toString() : visible + "…";
  }
}
