package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.ServerError;
import dev.perennial.http.Credentials;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.websocket.MessageHandshake;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A subscription of GraphQL over graphql-transport-ws, whose query has an argument to resume. */
final class GraphQlFeed {
  private final String url;
  private final Credentials credentials;
  private final RetryPolicy backoff;

  GraphQlFeed(String url, Credentials credentials, RetryPolicy backoff) {
    this.url = url;
    this.credentials = credentials;
    this.backoff = backoff;
  }

  // region graphql
  private static final String QUERY =
      "subscription ($after: ID) { orders(after: $after) { id total } }";
  private static final JsonField TYPE = Json.field("/type");
  private static final JsonField ID = Json.field("/payload/data/orders/id");

  EventStream<JsonNode> orders() {
    return WebSockets.builder(url) // wss://api.example.com/graphql
        .subprotocols("graphql-transport-ws")
        .credentials(credentials)
        .handshake(socket -> awaitAcknowledgement(socket))
        .onOpen((socket, cursor) -> socket.send(subscribe(cursor)))
        .classify(
            message ->
                switch (typeOf(message)) {
                  case "next" -> Payload.Kind.EVENT;
                  case "complete" -> Payload.Kind.END;
                  default -> Payload.Kind.CONTROL;
                })
        .onControl(
            (socket, control) -> {
              if (typeOf(control).equals("ping")) {
                socket.send("{\"type\":\"pong\"}");
              }
            })
        .error(
            message -> typeOf(message).equals("error") ? ServerError.fatal(message.text()) : null)
        .cursor(ID)
        .stream(JsonNode.class)
        .withRetry(
            backoff
                .onCloseCode(4400, Action.FAIL) // The server does not understand us.
                .onCloseCode(4401, Action.REFRESH_CREDENTIALS)
                .onCloseCode(4403, Action.FAIL)); // 4408, 4409 and 4429 are retried.
  }

  private static void awaitAcknowledgement(MessageHandshake socket) throws IOException {
    socket.send("{\"type\":\"connection_init\"}");
    for (String type = ""; !type.equals("connection_ack"); ) {
      type = typeOf(socket.receive());
      if (type.equals("ping")) {
        socket.send("{\"type\":\"pong\"}");
      }
    }
  }

  private static String subscribe(@Nullable String after) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("type", "subscribe").put("id", "1");
    message.putObject("payload").put("query", QUERY).putObject("variables").put("after", after);
    return message.toString();
  }

  private static String typeOf(Payload message) {
    return String.valueOf(TYPE.apply(message));
  }
  // endregion
}
