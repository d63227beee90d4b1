package dev.perennial.examples;

import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.MessageHandshake;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Events of a socket.io 4 server with connection state recovery. */
final class SocketIoEvents {
  private final String url;

  SocketIoEvents(String url) {
    this.url = url;
  }

  // region socketio
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Each event is an array: its name, its arguments, and its offset. */
  EventStream<JsonNode> events() {
    return WebSockets.builder(url) // wss://example.com/socket.io/?EIO=4&transport=websocket
        .handshake((socket, cursor) -> connect(socket, cursor))
        .classify(
            packet ->
                switch (packet.text().substring(0, Math.min(2, packet.length()))) {
                  case "42" -> Payload.Kind.EVENT;
                  case "40" -> Payload.Kind.CURSOR; // Names the session.
                  default -> Payload.Kind.CONTROL;
                })
        .onControl(
            (out, packet) -> {
              switch (packet.text()) {
                case "2" -> out.send("3"); // A ping.
                case "41" -> throw DisconnectException.reconnect("the server disconnects");
                default -> {}
              }
            })
        .cursor((before, packet) -> after(before, packet)) // session offset
        .withoutPings() // The server sends them.
        .stream(packet -> contentOf(packet))
        .withStaleAfter(ofSeconds(45)); // pingInterval and pingTimeout
  }

  private static void connect(MessageHandshake socket, @Nullable String cursor) throws IOException {
    socket.receive(); // 0{"sid":…,"pingInterval":25000,"pingTimeout":20000}
    String[] at = cursor == null ? new String[0] : cursor.split(" ", 2);
    ObjectNode wanted = JsonNodeFactory.instance.objectNode();
    if (cursor != null) {
      wanted.put("pid", at[0]).put("offset", at.length == 1 ? null : at[1]);
    }
    socket.send("40" + wanted);
    Payload answer = socket.receive();
    while (answer.text().equals("2")) {
      socket.send("3");
      answer = socket.receive();
    }
    if (answer.text().startsWith("44")) {
      throw DisconnectException.fatal(answer.text().substring(2));
    }
    if (cursor != null && !at[0].equals(sessionOf(answer))) {
      throw DisconnectException.cannotResume("the session is no more");
    }
    socket.deliver(answer);
  }

  private static @Nullable String after(@Nullable String before, Payload packet) {
    if (packet.text().startsWith("40")) {
      String session = sessionOf(packet);
      return before != null && before.startsWith(session + " ") ? before : session;
    }
    JsonNode event = contentOf(packet);
    String offset = event.get(event.size() - 1).asText();
    return requireNonNull(before).split(" ", 2)[0] + " " + offset;
  }

  private static String sessionOf(Payload packet) {
    return contentOf(packet).path("pid").asText();
  }

  private static JsonNode contentOf(Payload packet) {
    try {
      return JSON.readTree(packet.text().substring(2));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
  // endregion
}
