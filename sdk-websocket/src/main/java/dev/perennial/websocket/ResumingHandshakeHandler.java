package dev.perennial.websocket;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a handshake in messages on each new connection, in which the server is told where to
 * resume. Set with {@link WebSockets.Builder#handshake(ResumingHandshakeHandler)}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ResumingHandshakeHandler {

  /**
   * Sends and receives until the server is ready, and returns then. It runs on the subscription's
   * thread and may block. {@link OpenHandler}, the application's messages and the events follow.
   *
   * @param socket the connection; valid during the call
   * @param cursor the cursor to resume after; null to start wherever the server starts
   * @throws DisconnectException if the server refuses; {@link DisconnectException#cannotResume} if
   *     it only refuses the cursor
   * @throws IOException to end the connection; the stream reconnects with backoff
   */
  void shakeHands(MessageHandshake socket, @Nullable String cursor) throws IOException;
}
