package dev.perennial.websocket;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sends what a server expects first on each connection, and asks it to resume. */
@FunctionalInterface
public interface OpenHandler {

  /**
   * Called when the connection is open, before anything else is sent and before an event is
   * delivered. It runs on the subscription's thread, within the attempt's timeout.
   *
   * @param out sends on this connection alone; what it takes goes out in order
   * @param cursor the position to resume after; null to start where the server starts
   * @throws IOException to fail the attempt, which is then tried again
   */
  void onOpen(WebSocketSender out, @Nullable String cursor) throws IOException;
}
