package dev.perennial.websocket;

import java.util.function.Consumer;

/**
 * What became of a message that was accepted by a {@link WebSocketSender}.
 *
 * @see WebSocketSender#send(String, Consumer)
 * @since 0.1.0
 */
public enum MessageFate {
  /** All of it was written to a connection. It may still be lost with that. */
  WRITTEN,
  /** The connection ended while it was written. The server may have it, or not. */
  UNKNOWN,
  /** Nothing of it was written, nor will be. It may be sent again. */
  NOT_SENT
}
