package dev.perennial.internal.retry;

import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;

/**
 * Notices a server that closes again and again soon after each open, and the cursor does not move:
 * it may refuse the cursor without saying so. Events without a cursor, such as a greeting, say
 * nothing about it. Used by the engine thread only.
 */
final class CursorSuspicion {
  static final int CLOSES = 5;
  static final Duration EACH_WITHIN = Duration.ofSeconds(2);
  static final Duration FOR_AT_LEAST = Duration.ofMinutes(2);

  private int closes;
  private long sinceNanos;

  /**
   * Counts the end of a connection.
   *
   * @param hasMoved whether the next connection asks for another cursor because of it
   * @param hadCursor whether it asks for one at all
   */
  void note(ConnectionEnd end, boolean hasMoved, boolean hadCursor, long now) {
    if (!end.wasOpen() || end.isRefusal()) {
      return; // Says nothing about the cursor.
    }
    boolean isShort = end.openNanos() <= Nanos.of(EACH_WITHIN);
    if (hasMoved || !isShort || !hadCursor) {
      closes = 0;
      return;
    }
    sinceNanos = closes == 0 ? now : sinceNanos;
    closes++;
  }

  /** Whether the cursor is suspected now. */
  boolean isRaised(long now) {
    return closes >= CLOSES && now - sinceNanos >= Nanos.of(FOR_AT_LEAST);
  }

  /** Starts counting anew, after the suspicion was reported. */
  void clear() {
    closes = 0;
  }

  /** Describes what was seen. */
  @Override
  public String toString() {
    return closes
        + " connections closed within "
        + Durations.text(EACH_WITHIN)
        + " and the cursor did not move";
  }
}
