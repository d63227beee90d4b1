package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FakeWebSocketServerTest {

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void streamBeginsWithWhatIsRetainedAndContinuesLive() throws Exception {
    log.append("price", "a");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/ticks")) {
      assertEquals(
          List.of(
              "HTTP/1.1 101",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Accept: " + RawWebSocket.ACCEPT),
          client.head());
      assertEquals("{\"id\":\"1\",\"type\":\"price\",\"data\":\"a\"}", client.readText());
      log.append("b\n\"☃\"");

      assertEquals("{\"id\":\"2\",\"data\":\"b\\n\\\"☃\\\"\"}", client.readText());
      assertEquals(URI.create("ws://127.0.0.1:" + server.port() + "/a?b"), server.uri("/a?b"));
    }
  }

  @Test
  void sinceResumesAfterItsCursorAndTheHeaderWins() throws Exception {
    appendThree();
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).numericIds().start();
        RawWebSocket byQuery = RawWebSocket.open(server.port(), "/?since=2");
        RawWebSocket byHeader = RawWebSocket.open(server.port(), "/?since=2", "Last-Event-ID: 1")) {
      assertEquals("{\"id\":3,\"data\":\"e3\"}", byQuery.readText());
      assertEquals("{\"id\":2,\"data\":\"e2\"}", byHeader.readText());
      assertEquals("2", server.takeRequest(LIMIT).cursor());
      ServedRequest served = server.takeRequest(LIMIT);
      assertEquals("1", served.cursor());
      assertEquals(101, served.status());
    }
  }

  @Test
  void eventsOfAnySizeArriveWhole() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      for (int size : new int[] {0, 100, 200, 65_600, 3}) {
        String id = log.append("x".repeat(size));

        assertEquals(
            "{\"id\":\"" + id + "\",\"data\":\"" + "x".repeat(size) + "\"}", client.readText());
      }
    }
  }

  @Test
  void manyEventsArriveCompleteAndInOrder() throws Exception {
    int count = 200_000;
    String data = "x".repeat(80);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      for (int i = 0; i < count; i++) {
        log.append(data);
      }

      for (int i = 1; i <= count; i++) {
        assertEquals("{\"id\":\"" + i + "\",\"data\":\"" + data + "\"}", client.readText());
      }
    }
  }

  @Test
  void requestThatIsNoHandshakeIsRefused() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      List<String> head = client.readHead();

      assertEquals("HTTP/1.1 426", head.get(0));
      assertTrue(head.contains("Upgrade: websocket"), head::toString);
      assertEquals("Expected a WebSocket handshake but was GET /\n", client.readToEnd().text());
      assertEquals(426, server.takeRequest(LIMIT).status());
    }
  }

  @ParameterizedTest
  @CsvSource({"'b, a', a", "'x,b', b", "c,", "' a', a"})
  void firstSubprotocolThatTheClientOffersIsChosen(String offered, String chosen) throws Exception {
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log).subprotocols("a", "b").start();
        RawWebSocket client =
            RawWebSocket.open(server.port(), "/", "Sec-WebSocket-Protocol: " + offered)) {
      assertEquals(
          chosen == null ? List.of() : List.of("Sec-WebSocket-Protocol: " + chosen),
          client.head().stream().filter(line -> line.startsWith("Sec-WebSocket-Pro")).toList());
    }
  }

  @Test
  void closeEndsThreadsAlsoWhileAMessageOrACloseIsAwaited() throws Exception {
    FakeWebSocketServer server = FakeWebSocketServer.builder(log).resumingByMessage().start();
    try (RawWebSocket awaited = RawWebSocket.open(server.port(), "/");
        RawWebSocket closing = RawWebSocket.open(server.port(), "/")) {
      closing.send("{\"since\":null}");
      server.takeRequest(LIMIT);
      server.endAll();
      assertEquals(1001, closing.read().closeCode());

      server.close();

      assertEquals(Set.of(), Bounded.threadsOf("server", server.port()));
      assertEquals(new Received("", false), awaited.raw().readToEnd());
    }
  }

  private void appendThree() {
    for (int i = 1; i <= 3; i++) {
      log.append("e" + i);
    }
  }
}
