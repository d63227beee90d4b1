package dev.perennial.examples;

import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;

/** Subscribes to a channel of Nchan. */
final class NchanChannel {
  private final String url;

  NchanChannel(String url) {
    this.url = url;
  }

  // region socket
  EventStream<String> overWebSocket() {
    return WebSockets.builder(url) // wss://example.com/sub/room42
        .subprotocols("ws+meta.nchan")
        .cursor(NchanChannel::idOf)
        .cursorParameter("last_event_id") // in the URL of each handshake
        .stream(NchanChannel::bodyOf);
  }

  /** Reads the id from the lines id, optionally content-type, an empty line, and the body. */
  private static String idOf(Payload message) {
    String text = message.text();
    return text.substring("id: ".length(), text.indexOf('\n'));
  }

  private static String bodyOf(Payload message) {
    String text = message.text();
    return text.substring(text.indexOf("\n\n") + 2);
  }

  // endregion

  // region sse
  /** A message whose publisher numbers its messages. */
  record Message(long n, String text) {}

  EventStream<Message> overSse() {
    return Sse.builder(url) // https://example.com/sub/room42
        .sequence(Json.field("/n")) // Nchan does not report which messages it dropped.
        .stream(Message.class);
  }
  // endregion
}
