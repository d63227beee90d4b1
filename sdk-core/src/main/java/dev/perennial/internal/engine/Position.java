package dev.perennial.internal.engine;

import dev.perennial.spi.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The cursor of the last event taken into the subscription: what a reconnect asks for. Used by the
 * engine thread only.
 */
final class Position {
  private @Nullable String cursor;

  /** Null when there is none. */
  @Nullable String cursor() {
    return cursor;
  }

  /** Goes on after {@code next}; null drops the cursor. */
  void moveTo(@Nullable String next) {
    cursor = next;
  }

  /** Goes on after a frame, which may leave the position as it is or clear it. */
  void moveAfter(Frame frame) {
    String next = frame.cursor();
    if (next != null) {
      cursor = next.isEmpty() ? null : next;
    }
  }
}
