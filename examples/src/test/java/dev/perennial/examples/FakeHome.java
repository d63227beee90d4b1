package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.examples.ScriptedSockets.Script;
import dev.perennial.examples.ScriptedSockets.Socket;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** Home Assistant with a few lamps. Changes during the time without a connection are not sent. */
final class FakeHome {
  private final Map<String, String> states = new ConcurrentSkipListMap<>();
  private int connections;
  private int changes;

  /** A connection that is cut after a number of changes; another one follows while it is gone. */
  Script cutAfter(int count) {
    return socket -> {
      follow(socket, count);
      socket.cut(connections);
      change();
    };
  }

  /** A connection that the server closes after a number of changes. */
  Script closingAfter(int count) {
    return socket -> {
      follow(socket, count);
      socket.close(1000);
    };
  }

  private void follow(Socket socket, int count) throws IOException {
    logIn(socket);
    assertEquals(1, socket.readJson().get("id").asInt());
    socket.send("{\"id\":1,\"type\":\"result\",\"success\":true,\"result\":null}");
    change(socket); // Before it is asked for the states.
    assertEquals("get_states", socket.readJson().get("type").asText());
    socket.send(
        "{\"id\":2,\"type\":\"result\",\"success\":true,\"result\":[%s]}"
            .formatted(
                states.entrySet().stream()
                    .map(state -> json(state.getKey(), state.getValue()))
                    .collect(Collectors.joining(","))));
    for (int i = 0; i < count; i++) {
      change(socket);
    }
  }

  private void logIn(Socket socket) throws IOException {
    connections++;
    socket.send("{\"type\":\"auth_required\",\"ha_version\":\"2026.11\"}");
    JsonNode auth = socket.readJson();
    assertEquals("auth", auth.get("type").asText());
    boolean isKnown = auth.get("access_token").asText().equals("secret");
    socket.send(
        isKnown
            ? "{\"type\":\"auth_ok\",\"ha_version\":\"2026.11\"}"
            : "{\"type\":\"auth_invalid\",\"message\":\"Invalid access token\"}");
    if (!isKnown) {
      throw new IOException("Refused");
    }
  }

  private void change(Socket socket) throws IOException {
    socket.send(
        "{\"id\":1,\"type\":\"event\",\"event\":{\"data\":{\"new_state\":%s}}}"
            .formatted(change()));
  }

  private String change() {
    changes++;
    String lamp = "light.n" + changes % 5;
    String state = "on " + changes;
    states.put(lamp, state);
    return json(lamp, state);
  }

  private static String json(String lamp, String state) {
    return "{\"entity_id\":\"%s\",\"state\":\"%s\"}".formatted(lamp, state);
  }

  Map<String, String> states() {
    return states;
  }
}
