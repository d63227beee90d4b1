package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeWebSocketServerHeartbeatTest {

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void heartbeatsArePingsWhileNothingIsSent() throws Exception {
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log).heartbeatEvery(Duration.ofMillis(5)).start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      assertEquals(WebSocketFrame.ping(""), client.read());
      assertEquals(WebSocketFrame.ping(""), client.read());
      client.send(WebSocketFrame.pong(""));
      client.send(WebSocketFrame.pong("unasked"));

      Bounded.await("two pongs", () -> server.pongs() == 2);
      assertEquals(0, server.pings());
    }
  }

  @Test
  void heartbeatsAreMessagesWhereAsked() throws Exception {
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log)
                .heartbeatEvery(Duration.ofMillis(5))
                .heartbeatMessages()
                .start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      assertEquals("{\"type\":\"heartbeat\"}", client.readText());
      assertEquals("{\"type\":\"heartbeat\"}", client.readText());
    }
  }

  @Test
  void pingMessagesAreNumberedAndTheirPongsCounted() throws Exception {
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log).pingMessageEvery(Duration.ofMillis(5)).start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      assertEquals("{\"ping\":1}", client.readText());
      client.send("{\"pong\":1}");
      assertEquals("{\"ping\":2}", client.readText());

      Bounded.await("a pong", () -> server.pongMessages() == 1);
      assertEquals(List.of(), server.received());
    }
  }

  @Test
  void heartbeatsAreNotSentWhilePingMessagesAre() throws Exception {
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log)
                .heartbeatEvery(Duration.ofMillis(5))
                .pingMessageEvery(Duration.ofMillis(1))
                .start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      for (int i = 1; i <= 20; i++) {
        assertEquals("{\"ping\":" + i + "}", client.readText());
      }
    }
  }

  @Test
  void pingMessagesComeAmongEventsToo() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      log.append("e");
    }
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log).pingMessageEvery(Duration.ofNanos(1)).start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      int pings = 0;
      int events = 0;
      while (events < 2_000) {
        if (client.readText().startsWith("{\"ping\"")) {
          pings++;
        } else {
          events++;
        }
      }

      assertEquals(3, pings, "one after each batch of 512 events");
    }
  }

  @Test
  void pingsOfBothKindsAreAnsweredAndCounted() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send(WebSocketFrame.ping("p"));
      assertEquals(WebSocketFrame.pong("p"), client.read());
      client.send("{\"ping\":42}");
      assertEquals("{\"pong\":42}", client.readText());
      client.send("{\"ping\": \"☃\"}");
      assertEquals("{\"pong\":\"☃\"}", client.readText());

      assertEquals(1, server.pings());
      assertEquals(2, server.pingMessages());
      assertEquals(List.of(), server.received());
    }
  }

  @Test
  void pingsAreNotAnsweredWhereAsked() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).withoutPongs().start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send(WebSocketFrame.ping("p"));
      client.send("{\"ping\":1}");
      client.send("done");
      server.takeMessage(LIMIT);
      log.append("a");

      assertEquals("{\"id\":\"1\",\"data\":\"a\"}", client.readText());
      assertEquals(1, server.pings());
      assertEquals(1, server.pingMessages());
    }
  }
}
