package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.MessageHandshake;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;

/** Home Assistant: a login in messages, and all states on each connection. */
final class HomeStates {
  private final String url;
  private final String token;

  HomeStates(String url, String token) {
    this.url = url;
    this.token = token;
  }

  // region home
  private static final JsonField TYPE = Json.field("/type");
  private static final JsonField ID = Json.field("/id");
  private static final JsonField WORDS = Json.field("/message");

  /** Each connection brings changes ({@code /event}), and once all states ({@code /result}). */
  EventStream<JsonNode> states() {
    return WebSockets.builder(url) // wss://home.example.com/api/websocket
        .handshake(socket -> logIn(socket))
        .onOpen(
            socket -> {
              socket.send(
                  "{\"id\":1,\"type\":\"subscribe_events\",\"event_type\":\"state_changed\"}");
              socket.send("{\"id\":2,\"type\":\"get_states\"}");
            })
        .classify(
            message ->
                "1".equals(ID.apply(message)) && "result".equals(TYPE.apply(message))
                    ? Payload.Kind.HEARTBEAT // The subscription is made.
                    : Payload.Kind.EVENT)
        .id(message -> null) // The field id names a request.
        .stream(JsonNode.class);
  }

  private void logIn(MessageHandshake socket) throws IOException {
    while (true) {
      Payload message = socket.receive();
      switch (String.valueOf(TYPE.apply(message))) {
        case "auth_required" ->
            socket.send(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "auth")
                    .put("access_token", token)
                    .toString());
        case "auth_invalid" -> // More attempts would lead to a ban.
            throw DisconnectException.fatal(String.valueOf(WORDS.apply(message)));
        case "auth_ok" -> {
          return;
        }
        default -> {}
      }
    }
  }
  // endregion
}
