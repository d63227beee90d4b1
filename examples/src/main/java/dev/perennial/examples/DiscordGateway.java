package dev.perennial.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.MessageHandshake;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSocketSettings;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** A gateway with heartbeats that it asks for, sessions, and an address to resume at. */
final class DiscordGateway {
  private final String url;
  private final String token;
  private final RetryPolicy backoff;

  DiscordGateway(String url, String token, RetryPolicy backoff) {
    this.url = url;
    this.token = token;
    this.backoff = backoff;
  }

  // region discord
  private static final JsonField OPCODE = Json.field("/op");
  private static final JsonField TYPE = Json.field("/t");
  private static final JsonField NUMBER = Json.field("/s");
  private static final JsonField INTERVAL = Json.field("/d/heartbeat_interval");
  private static final JsonField SESSION = Json.field("/d/session_id");
  private static final JsonField RESUME_URL = Json.field("/d/resume_gateway_url");
  private static final JsonField IS_RESUMABLE = Json.field("/d"); // Of an invalid session.

  private final WebSocketSettings settings = WebSocketSettings.create();
  private volatile @Nullable Long lastNumber; // Of all that was received, for heartbeats.

  EventStream<JsonNode> events() {
    return WebSockets.builder(
            attempt -> new Request.Builder().url(addressFor(attempt.cursor())).build())
        .settings(settings)
        .heartbeatEvery(ofSeconds(41), () -> message(1).put("d", lastNumber).toString())
        .handshake((socket, cursor) -> identifyOrResume(socket, cursor))
        .classify(message -> kindOf(message))
        .onControl((out, control) -> answer(out, control))
        .cursor((before, event) -> after(before, event)) // 42 session url
        .closeCode(4000) // 1000 and 1001 end the session.
        .stream(JsonNode.class)
        .withStaleAfter(ofSeconds(60)) // Heartbeats are acknowledged.
        .withRetry(
            backoff
                .onCloseCode(4004, Action.FAIL) // The token is invalid.
                .onCloseCode(4007, Action.GAP) // The number is invalid.
                .onCloseCode(4009, Action.GAP) // The session has timed out.
                .onCloseCode(4014, Action.FAIL)); // An intent is not allowed.
  }

  private String addressFor(@Nullable String cursor) {
    return (cursor == null ? url : cursor.split(" ", 3)[2]) + "?v=10&encoding=json";
  }

  private void identifyOrResume(MessageHandshake socket, @Nullable String cursor)
      throws IOException {
    String interval = requireNonNull(INTERVAL.apply(socket.receive()));
    settings.heartbeatEvery(ofMillis(Long.parseLong(interval)));
    if (cursor == null) {
      ObjectNode identify = message(2);
      identify.putObject("d").put("token", token).put("intents", 513);
      socket.send(identify.toString());
    } else {
      String[] at = cursor.split(" ", 3);
      ObjectNode resume = message(6);
      resume
          .putObject("d")
          .put("token", token)
          .put("session_id", at[1])
          .put("seq", Long.valueOf(at[0]));
      socket.send(resume.toString());
    }
    String opcode;
    do { // Until the first event, or an invalid session.
      Payload message = socket.receive();
      opcode = String.valueOf(OPCODE.apply(message));
      if (opcode.equals("9") && cursor == null) {
        throw DisconnectException.retryAfter(ofSeconds(5), "too many sessions begin");
      }
      socket.deliver(message);
    } while (!opcode.equals("0") && !opcode.equals("9"));
  }

  private Payload.Kind kindOf(Payload message) {
    if (!"0".equals(OPCODE.apply(message))) {
      return Payload.Kind.CONTROL;
    }
    lastNumber = Long.valueOf(requireNonNull(NUMBER.apply(message)));
    return "RESUMED".equals(TYPE.apply(message)) ? Payload.Kind.CURSOR : Payload.Kind.EVENT;
  }

  private void answer(WebSocketSender out, Payload control) throws IOException {
    switch (String.valueOf(OPCODE.apply(control))) {
      case "1" -> out.send(message(1).put("d", lastNumber).toString());
      case "7" -> throw DisconnectException.reconnect("the gateway asks for it");
      case "9" ->
          throw "true".equals(IS_RESUMABLE.apply(control))
              ? DisconnectException.reconnect("the session can be resumed")
              : DisconnectException.cannotResume("the session is invalid");
      default -> {} // A heartbeat was acknowledged.
    }
  }

  private static @Nullable String after(@Nullable String before, Payload event) {
    String number = NUMBER.apply(event);
    if ("READY".equals(TYPE.apply(event))) {
      return number + " " + SESSION.apply(event) + " " + RESUME_URL.apply(event);
    }
    return before == null ? null : number + before.substring(before.indexOf(' '));
  }

  private static ObjectNode message(int opcode) {
    return JsonNodeFactory.instance.objectNode().put("op", opcode);
  }
  // endregion
}
