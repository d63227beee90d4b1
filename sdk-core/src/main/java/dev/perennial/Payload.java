package dev.perennial;

import org.jspecify.annotations.Nullable;

/**
 * The undecoded view of one event, as a {@link Decoder} or a classifier sees it.
 *
 * <p>A payload is valid only during the call that it is passed to: its bytes are in a buffer that
 * the next read overwrites. Copy them to keep them.
 *
 * @since 0.1.0
 */
public interface Payload {

  /**
   * The id that this event carried itself; null when it carried none. An id is opaque: it is never
   * parsed, trimmed or encoded.
   */
  @Nullable String id();

  /** The event's type, {@code "message"} when the server gave none. */
  String type();

  /** Whether the bytes are binary (a binary WebSocket message); false when they are UTF-8 text. */
  boolean isBinary();

  /**
   * The array that holds the payload, from {@link #offset()} for {@link #length()} bytes. The rest
   * of the array is not part of the payload. Must not be written to.
   */
  byte[] array();

  /** The index of the payload's first byte in {@link #array()}. */
  int offset();

  /** The payload's length in bytes. */
  int length();

  /** The payload as text. Malformed UTF-8 becomes U+FFFD. Each call makes a new string. */
  String text();

  /** What a payload means to the subscription. */
  enum Kind {
    /** An event for the consumer. */
    EVENT,
    /** A sign of life that carries no event. */
    HEARTBEAT,
    /** A checkpoint: it moves the cursor and carries no event. */
    CURSOR,
    /** A message of the protocol between client and server; no event for the consumer. */
    CONTROL,
    /** The server says that it cannot replay what was asked for. */
    GAP,
    /**
     * The server has started over, for example with a new session: cursors, ids and sequence
     * numbers of before mean nothing from here on. A gap says so.
     */
    NEW_EPOCH,
    /** The server reports an error: the connection ends as a failure, which is retried. */
    ERROR,
    /** The declared end of a finite stream. */
    END
  }
}
