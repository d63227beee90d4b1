package dev.perennial.websocket;

import dev.perennial.Payload;
import java.io.IOException;

/**
 * Answers the control messages of an application, such as its own ping or a request to log in
 * again. Set with {@link WebSockets.Builder#onControl}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ControlHandler {

  /**
   * Called for each message that the stream's classifier declares to be {@link
   * Payload.Kind#CONTROL}. It runs on the subscription's thread, in order with the events; so not
   * while the consumer asks for no events.
   *
   * @param out sends on the connection that the message came from
   * @param control the message; valid during the call
   * @throws DisconnectException to end the connection; it says what follows, and whether that is a
   *     failure
   * @throws IOException if the handler failed; the stream reconnects with backoff. What else is
   *     thrown ends the subscription. Both are {@link
   *     dev.perennial.StreamException.Reason#CONSUMER}
   */
  void onControl(WebSocketSender out, Payload control) throws IOException;
}
