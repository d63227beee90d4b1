package dev.perennial.examples.guide;

import dev.perennial.EventStream;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.websocket.WebSockets;

/** The same changes over two transports. */
final class Transports {

  /** A change of a document. */
  record Change(long seq, String doc) {}

  private Transports() {}

  // region ndjson
  static EventStream<Change> lines(String url) {
    return Ndjson.builder(url) // https://api.example.com/changes
        .cursor(Json.field("/seq")) // instead of /id
        .cursorParameter("after") // instead of since
        .heartbeat(Json.fieldEquals("/type", "heartbeat")) // in addition to blank lines
        .stream(Change.class);
  }

  // endregion

  // region websocket
  static EventStream<Change> messages(String url) {
    return WebSockets.builder(url) // wss://api.example.com/changes
        .cursor(Json.field("/seq"))
        .cursorParameter("after")
        .stream(Change.class);
  }

  // endregion
}
