package dev.perennial.websocket;

import dev.perennial.Payload;
import java.io.IOException;

/** Answers the control messages of an application: its own ping, a request to log in again. */
@FunctionalInterface
public interface ControlHandler {

  /**
   * Called for each event that the classifier finds to be {@link Payload.Kind#CONTROL}, in order
   * with the events, on the subscription's thread: so not while the consumer asks for no events.
   *
   * @param out sends on the connection that the message came from
   * @param control the message; valid during the call
   * @throws IOException to end the connection, which is then made again
   */
  void onControl(WebSocketSender out, Payload control) throws IOException;
}
