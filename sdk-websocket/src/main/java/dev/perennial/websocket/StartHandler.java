package dev.perennial.websocket;

import java.io.IOException;

/** Sends what a server expects first on each connection, and nothing that depends on a cursor. */
@FunctionalInterface
public interface StartHandler {

  /**
   * Called as {@link OpenHandler#onOpen}.
   *
   * @param out sends on this connection alone; what it takes goes out in order
   * @throws IOException to fail the attempt, which is then tried again
   */
  void onOpen(WebSocketSender out) throws IOException;
}
