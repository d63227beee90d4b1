package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.examples.ScriptedSockets.Script;
import dev.perennial.examples.ScriptedSockets.Socket;
import java.io.IOException;

/** A hub of SignalR that streams ticks, several records in a message and one over two messages. */
final class FakeSignalR {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String END = "\u001e";

  private int connections;
  private int published;

  /** A connection that is cut after a number of new items. */
  Script cutAfter(int count) {
    return socket -> {
      stream(socket, count);
      socket.cut(connections);
    };
  }

  /** A connection that ends with that record after a number of new items. */
  Script endingWith(String last, int count) {
    return socket -> {
      stream(socket, count);
      socket.send(last + END);
    };
  }

  private void stream(Socket socket, int count) throws IOException {
    connections++;
    assertEquals("{\"protocol\":\"json\",\"version\":1}" + END, socket.read());
    socket.send("{}" + END);
    JsonNode invocation = JSON.readTree(socket.read().replace(END, ""));
    assertEquals("Ticks", invocation.get("target").asText());
    int after = invocation.at("/arguments/0").asInt();
    published += count;
    StringBuilder records = new StringBuilder("{\"type\":6}").append(END);
    for (int number = after + 1; number <= published; number++) {
      records
          .append("{\"type\":2,\"invocationId\":\"1\",\"item\":{\"number\":")
          .append(number)
          .append("}}")
          .append(END);
    }
    int middle = records.length() / 2;
    socket.send(records.substring(0, middle));
    socket.send(records.substring(middle));
  }
}
