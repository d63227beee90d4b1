package dev.perennial.websocket;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connection shows that it is alive.
 *
 * @param interval the time from one sign to the next
 * @param message what is sent as text; null for a ping
 */
record Heartbeat(Duration interval, @Nullable String message) {

  boolean isPing() {
    return message == null;
  }

  /** Null for a ping. */
  @Nullable Message asMessage() {
    return message == null ? null : Message.text(message);
  }

  long intervalNanos() {
    try {
      return interval.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // Longer than 292 years.
    }
  }

  static Duration requirePositive(String option, Duration interval) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException(option + " must be positive but was " + interval);
    }
    return interval;
  }
}
