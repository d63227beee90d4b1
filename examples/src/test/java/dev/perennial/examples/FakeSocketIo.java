package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.examples.ScriptedSockets.Script;
import dev.perennial.examples.ScriptedSockets.Socket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of socket.io 4 with connection state recovery and one session: each event has an offset
 * as its last argument, and a client that names the session and an offset gets what comes after.
 */
final class FakeSocketIo {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> events = new ArrayList<>(); // Of the session.
  private int sessions;
  private int connections;
  private int published;

  /** A connection that is cut after a number of new events; the session is kept or forgotten. */
  Script cutAfter(int count, boolean isKept) {
    return socket -> {
      connect(socket);
      publish(socket, count);
      if (!isKept) {
        events.clear();
      }
      socket.cut(connections);
    };
  }

  /** A connection on which the server disconnects. */
  Script disconnectingAfter(int count) {
    return socket -> {
      connect(socket);
      publish(socket, count);
      socket.send("41");
    };
  }

  private void connect(Socket socket) throws IOException {
    connections++;
    socket.send("0{\"sid\":\"e\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000}");
    socket.send("2");
    String first = socket.read();
    if (first.equals("3")) {
      first = socket.read();
    }
    assertEquals("40", first.substring(0, 2));
    JsonNode wanted = JSON.readTree(first.substring(2));
    int after = indexOf(wanted);
    if (after < 0) {
      sessions++;
      events.clear();
    }
    socket.send("40{\"sid\":\"s%d\",\"pid\":\"p%d\"}".formatted(connections, sessions));
    if (after >= 0) {
      for (String missed : events.subList(after, events.size())) {
        socket.send(missed);
      }
    }
  }

  /** How many events of the session the client has; -1 if the session cannot be recovered. */
  private int indexOf(JsonNode wanted) {
    if (!wanted.path("pid").asText().equals("p" + sessions)) {
      return -1;
    }
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).endsWith(",\"" + wanted.path("offset").asText() + "\"]")) {
        return i + 1;
      }
    }
    return -1;
  }

  private void publish(Socket socket, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      published++;
      String event = "42[\"tick\",%d,\"o-%d-%d\"]".formatted(published, sessions, published);
      events.add(event);
      socket.send(event);
    }
  }
}
