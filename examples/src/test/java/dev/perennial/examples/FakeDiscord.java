package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.examples.ScriptedSockets.Script;
import dev.perennial.examples.ScriptedSockets.Socket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A gateway with one session at a time. It numbers the dispatches of a session from 1, repeats what
 * comes after the number that a client resumes with, and then says {@code RESUMED}.
 */
final class FakeDiscord {
  private final List<String> dispatches = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private int sessions;
  private int connections;

  /** How a connection ends. */
  enum End {
    CUT,
    ASK_TO_RECONNECT,
    MAY_RESUME,
    INVALID,
    STAY
  }

  /** A connection with a number of new messages before it ends. */
  Script with(int messages, End end) {
    return socket -> {
      connections++;
      socket.send("{\"op\":10,\"d\":{\"heartbeat_interval\":20}}");
      if (!begin(socket)) {
        return;
      }
      for (int i = 0; i < messages; i++) {
        dispatch(socket, "MESSAGE_CREATE", "{\"content\":\"" + sessions + "-" + i + "\"}");
      }
      acknowledgeHeartbeat(socket);
      switch (end) {
        case CUT -> socket.cut(connections);
        case ASK_TO_RECONNECT -> socket.send("{\"op\":7,\"d\":null}");
        case MAY_RESUME -> socket.send("{\"op\":9,\"d\":true}");
        case INVALID -> dispatches.clear();
        case STAY -> {}
      }
      if (end == End.INVALID) {
        socket.cut(connections);
      }
    };
  }

  /** Reads what the client begins with; returns false if its session is invalid. */
  private boolean begin(Socket socket) throws IOException {
    JsonNode first = nextOf(socket, 2, 6);
    JsonNode data = first.get("d");
    assertEquals("secret", data.get("token").asText());
    asked.add(socket.request().path() + " " + first.get("op") + " " + data.path("seq").asText());
    if (first.get("op").asInt() == 2) {
      sessions++;
      dispatches.clear();
      String resumeUrl = "ws://" + socket.request().header("Host") + "/resume" + sessions;
      dispatch(
          socket,
          "READY",
          "{\"session_id\":\"s%d\",\"resume_gateway_url\":\"%s\"}".formatted(sessions, resumeUrl));
      return true;
    }
    assertEquals("s" + sessions, data.get("session_id").asText());
    if (dispatches.isEmpty()) {
      socket.send("{\"op\":9,\"d\":false}");
      return false;
    }
    assertTrue(data.get("seq").isIntegralNumber());
    for (String missed : dispatches.subList(data.get("seq").asInt(), dispatches.size())) {
      socket.send(missed);
    }
    dispatch(socket, "RESUMED", "{}");
    return true;
  }

  private void dispatch(Socket socket, String type, String data) throws IOException {
    String dispatch =
        "{\"op\":0,\"t\":\"%s\",\"s\":%d,\"d\":%s}".formatted(type, dispatches.size() + 1, data);
    dispatches.add(dispatch);
    socket.send(dispatch);
  }

  private void acknowledgeHeartbeat(Socket socket) throws IOException {
    assertTrue(nextOf(socket, 1, 1).has("d"));
    socket.send("{\"op\":11}");
  }

  /** Returns the next message with one of these opcodes. */
  private static JsonNode nextOf(Socket socket, int opcode, int other) throws IOException {
    JsonNode message = socket.readJson();
    while (message.get("op").asInt() != opcode && message.get("op").asInt() != other) {
      message = socket.readJson();
    }
    return message;
  }

  /** Path, opcode and number of what each client began with. */
  List<String> asked() {
    return asked;
  }
}
