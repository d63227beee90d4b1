package dev.perennial.websocket;

import java.io.IOException;

/**
 * Makes a handshake in messages on each new connection, such as a login, before the stream is open.
 * Set with {@link WebSockets.Builder#handshake(HandshakeHandler)}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HandshakeHandler {

  /**
   * Sends and receives until the server is ready, and returns then. It runs on the subscription's
   * thread and may block. {@link OpenHandler}, the application's messages and the events follow.
   *
   * @param socket the connection; valid during the call
   * @throws DisconnectException if the server refuses; it says what follows
   * @throws IOException to end the connection; the stream reconnects with backoff
   */
  void shakeHands(MessageHandshake socket) throws IOException;
}
