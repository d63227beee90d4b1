package dev.perennial;

/**
 * Why this side closes a connection. A transport whose protocol can say why, such as WebSocket, may
 * say it to the server.
 *
 * @since 0.1.0
 */
public enum CloseOccasion {
  /** The subscription is over: it was closed by the consumer, or its stream is complete. */
  CLOSE,
  /** The subscription was parked. */
  PARK,
  /** The consumer is too slow, and the connection is resumed when it has caught up. */
  PUT_AWAY,
  /** Another connection replaces it: it is too old, or the stream continues elsewhere. */
  ROTATION,
  /** Nothing came for too long. */
  STALE,
  /** What came cannot be used, or the consumer or a handler failed. */
  FAILURE
}
