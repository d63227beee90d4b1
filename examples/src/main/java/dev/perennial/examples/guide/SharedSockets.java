package dev.perennial.examples.guide;

import dev.perennial.EventStream;
import dev.perennial.json.Json;
import dev.perennial.websocket.SharedSocket;
import dev.perennial.websocket.WebSockets;

/** The code of docs/guide/websocket.md about a socket that many subscriptions share. */
final class SharedSockets {
  private SharedSockets() {}

  // region topics
  static SharedSocket feed(String url) {
    return SharedSocket.builder(WebSockets.builder(url)) // wss://feed.example.com/
        .topicOf(Json.field("/channel"))
        .subscribe(topic -> "{\"op\":\"subscribe\",\"channel\":\"" + topic + "\"}")
        .unsubscribe(topic -> "{\"op\":\"unsubscribe\",\"channel\":\"" + topic + "\"}")
        .build();
  }

  static EventStream<String> trades(SharedSocket feed) {
    return feed.topic("trades").stream();
  }
  // endregion
}
