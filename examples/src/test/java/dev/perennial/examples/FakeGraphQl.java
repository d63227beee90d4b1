package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.examples.ScriptedSockets.Script;
import dev.perennial.examples.ScriptedSockets.Socket;
import java.io.IOException;

/** A server of graphql-transport-ws with one subscription, whose orders are numbered from 1. */
final class FakeGraphQl {
  private int connections;
  private int published;

  /** A connection that the server closes with a code instead of acknowledging it. */
  Script refusingWith(int code) {
    return socket -> {
      connections++;
      assertEquals("connection_init", socket.readJson().get("type").asText());
      socket.close(code);
    };
  }

  /** A connection that is cut after a number of new orders. */
  Script cutAfter(int count) {
    return socket -> {
      subscribe(socket);
      publish(socket, count);
      socket.cut(connections);
    };
  }

  /** A connection that ends with a message of that type after a number of new orders. */
  Script endingWith(String last, int count) {
    return socket -> {
      subscribe(socket);
      publish(socket, count);
      socket.send(last);
    };
  }

  private void subscribe(Socket socket) throws IOException {
    connections++;
    assertEquals("connection_init", socket.readJson().get("type").asText());
    askForPong(socket);
    socket.send("{\"type\":\"connection_ack\"}");
    JsonNode subscribe = socket.readJson();
    assertEquals("subscribe", subscribe.get("type").asText());
    askForPong(socket);
    int after = subscribe.at("/payload/variables/after").asInt();
    for (int number = after + 1; number <= published; number++) {
      socket.send(next(number));
    }
  }

  private static void askForPong(Socket socket) throws IOException {
    socket.send("{\"type\":\"ping\"}");
    assertEquals("pong", socket.readJson().get("type").asText());
  }

  private void publish(Socket socket, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      published++;
      socket.send(next(published));
    }
  }

  private static String next(int number) {
    String data = "{\"orders\":{\"id\":\"%d\",\"total\":9}}".formatted(number);
    return "{\"id\":\"1\",\"type\":\"next\",\"payload\":{\"data\":%s}}".formatted(data);
  }
}
