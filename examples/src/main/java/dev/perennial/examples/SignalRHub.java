package dev.perennial.examples;

import static java.time.Duration.ofSeconds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.PayloadTransforms;
import dev.perennial.ServerError;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.MessageHandshake;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A hub of SignalR with a streaming method that can begin after an item. */
final class SignalRHub {
  private final String url;

  SignalRHub(String url) {
    this.url = url;
  }

  // region signalr
  private static final char END = '\u001e'; // Each record ends with it.
  private static final JsonField TYPE = Json.field("/type");
  private static final JsonField ERROR = Json.field("/error");
  private static final JsonField MAY_RECONNECT = Json.field("/allowReconnect");

  /** The items of the hub's method {@code Ticks(long? after)}. */
  EventStream<JsonNode> ticks() {
    return WebSockets.builder(url) // wss://api.example.com/hub
        .transform(PayloadTransforms.terminatedBy(END))
        .handshake(socket -> agreeOnJson(socket))
        .onOpen((socket, cursor) -> socket.send(invoke("Ticks", cursor) + END))
        .heartbeatEvery(ofSeconds(15), "{\"type\":6}" + END)
        .classify(
            message ->
                switch (typeOf(message)) {
                  case "2" -> Payload.Kind.EVENT; // An item.
                  case "3" -> Payload.Kind.END; // The method has returned.
                  default -> Payload.Kind.HEARTBEAT;
                })
        .error(message -> errorOf(message))
        .cursor(Json.field("/item/number"))
        .stream(JsonNode.class)
        .withStaleAfter(ofSeconds(30)); // The hub sends heartbeats, too.
  }

  private static void agreeOnJson(MessageHandshake socket) throws IOException {
    socket.send("{\"protocol\":\"json\",\"version\":1}" + END);
    String error = ERROR.apply(socket.receive());
    if (error != null) {
      throw DisconnectException.fatal(error);
    }
  }

  private static @Nullable ServerError errorOf(Payload message) {
    String error = ERROR.apply(message);
    return switch (typeOf(message)) {
      case "3" -> error == null ? null : ServerError.fatal(error);
      case "7" -> // The hub closes the connection.
          "true".equals(MAY_RECONNECT.apply(message))
              ? ServerError.retryable(error)
              : ServerError.fatal(error);
      default -> null;
    };
  }

  private static String invoke(String target, @Nullable String cursor) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("type", 4).put("invocationId", "1").put("target", target);
    message.putArray("arguments").add(cursor == null ? null : Long.valueOf(cursor));
    return message.toString();
  }

  private static String typeOf(Payload message) {
    return String.valueOf(TYPE.apply(message));
  }
  // endregion
}
