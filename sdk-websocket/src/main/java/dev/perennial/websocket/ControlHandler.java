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
   * Payload.Kind#CONTROL}, as soon as it has come: also while the consumer is busy or asks for no
   * events, and so ahead of events that came before and still wait. One call is made at a time, in
   * the order of the messages. It runs on the thread that reads the connection, except for messages
   * that come before the connection is open, and must be quick: nothing is read meanwhile.
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
