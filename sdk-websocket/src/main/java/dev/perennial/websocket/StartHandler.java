package dev.perennial.websocket;

import java.io.IOException;

/**
 * Sends the messages that a server expects first on each connection, none of which depends on a
 * cursor. Set with {@link WebSockets.Builder#onOpen(StartHandler)}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface StartHandler {

  /**
   * Called as {@link OpenHandler#onOpen}.
   *
   * @param out sends on this connection only, in the order of the calls
   * @throws IOException to fail the attempt to connect, which is retried. A RuntimeException does
   *     the same
   */
  void onOpen(WebSocketSender out) throws IOException;
}
