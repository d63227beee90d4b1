package dev.perennial.websocket;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages that a server expects first on each connection, one of which says where to
 * resume. Set with {@link WebSockets.Builder#onOpen(OpenHandler)}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface OpenHandler {

  /**
   * Called when a connection is open, before any other message is sent and before an event is
   * delivered. It runs on the subscription's thread, and its time counts towards the attempt's
   * timeout.
   *
   * @param out sends on this connection only, in the order of the calls
   * @param cursor the cursor to resume after; null to start wherever the server starts
   * @throws IOException to fail the attempt to connect, which is retried. A RuntimeException does
   *     the same
   */
  void onOpen(WebSocketSender out, @Nullable String cursor) throws IOException;
}
