package dev.perennial;

import dev.perennial.internal.time.Nanos;
import java.time.Duration;

/**
 * Notices a server that closes again and again without a new event, soon after each open: it may
 * refuse the cursor and not say so. Touched by the engine's thread alone.
 */
final class CursorSuspicion {
  static final int CLOSES = 5;
  static final Duration EACH_WITHIN = Duration.ofSeconds(2);
  static final Duration FOR_AT_LEAST = Duration.ofMinutes(2);

  private int closes;
  private long since;

  /** Counts the end of a connection. */
  void note(ConnectionEnd ending, boolean hadCursor, long now) {
    if (!ending.isOpened) {
      return; // Says nothing about the cursor.
    }
    boolean isShort = ending.openNanos <= Nanos.of(EACH_WITHIN);
    if (ending.hasProgress || !isShort || !hadCursor) {
      closes = 0;
      return;
    }
    since = closes == 0 ? now : since;
    closes++;
  }

  /** Whether the cursor is suspected now. */
  boolean isRaised(long now) {
    return closes >= CLOSES && now - since >= Nanos.of(FOR_AT_LEAST);
  }

  /** The suspicion was told: another one needs as many closes. */
  void clear() {
    closes = 0;
  }

  @Override
  public String toString() {
    return closes + " connections closed within " + EACH_WITHIN + " without a new event";
  }
}
