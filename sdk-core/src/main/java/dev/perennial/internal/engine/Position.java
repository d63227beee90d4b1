package dev.perennial.internal.engine;

import dev.perennial.internal.resume.SymbolicStart;
import dev.perennial.spi.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The cursor of the last event taken into the subscription: what a reconnect asks for. Used by the
 * engine thread only.
 */
final class Position {
  /** Whether the server remembers it: then there is never a cursor here. */
  private final boolean isAtServer;

  private @Nullable String cursor;

  /** What stands for the cursor while there is none, such as "now". Null for nothing. */
  private @Nullable String symbolicStart;

  Position(boolean isAtServer) {
    this.isAtServer = isAtServer;
  }

  /** Whether the next connection goes on where the last one ended. */
  boolean isKept() {
    return isAtServer || cursor != null;
  }

  /** Whether the next connection goes on at another place than one that asked for {@code start}. */
  boolean hasMovedFrom(@Nullable String start) {
    return isAtServer || (cursor != null && !cursor.equals(start));
  }

  /** Null when there is none. */
  @Nullable String cursor() {
    return cursor;
  }

  /** What the next attempt asks the server for; null for nothing. */
  @Nullable String asked() {
    return cursor != null ? cursor : symbolicStart;
  }

  /**
   * Starts the subscription: after a cursor, or where a symbolic start says. That is no position:
   * whatever comes between two connections that ask for it would be missing.
   */
  void startAt(@Nullable String start) {
    boolean isSymbolic = start != null && SymbolicStart.isSymbolic(start);
    symbolicStart = isSymbolic ? start : null;
    cursor = isSymbolic ? null : start;
  }

  /** Goes on after {@code next}; null drops the cursor. */
  void moveTo(@Nullable String next) {
    cursor = isAtServer ? null : next;
  }

  /** Goes on after a frame, which may leave the position as it is or clear it. */
  void moveAfter(Frame frame) {
    String next = frame.cursor();
    if (next == null) {
      return;
    }
    moveTo(next.isEmpty() ? null : next);
    if (next.isEmpty()) {
      symbolicStart = null; // HTML 9.2.6: the next attempt sends no cursor.
    }
  }
}
