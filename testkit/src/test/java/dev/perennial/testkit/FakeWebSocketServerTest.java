package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.wire.WebSocketFrameReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakeWebSocketServerTest {

  private static final byte[] NOT_UTF_8 = {(byte) 0xc3, 0x28};

  private final FakeEventLog log = FakeEventLog.create();

  // ---- Events and cursors ----

  @Test
  void streamBeginsWithWhatIsRetainedAndGoesOnLive() throws Exception {
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

  // ---- Resuming by message ----

  @ParameterizedTest
  @CsvSource({
    "'{\"since\":\"2\"}', 2, 3",
    "'{ \"since\": 2 }', 2, 3",
    "'{\"since\":null}',, 1",
    "'{\"since\":\"\"}',, 1"
  })
  void firstMessageResumesAfterItsCursor(String message, String cursor, String firstId)
      throws Exception {
    appendThree();
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).resumingByMessage().start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/?since=1")) {
      client.send("{\"ping\":1}");
      assertEquals("{\"pong\":1}", client.readText());

      client.send(message);

      assertEquals("{\"id\":\"" + firstId + "\",\"data\":\"e" + firstId + "\"}", client.readText());
      ServedRequest served = server.takeRequest(LIMIT);
      assertEquals(cursor, served.cursor());
      assertEquals(101, served.status());
      assertEquals(message, server.takeMessage(LIMIT).text());
    }
  }

  @Test
  void messageWithACursorReplaysTheOverlap() throws Exception {
    appendThree();
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log).resumingByMessage().overlap(1).start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send("{\"since\":\"2\"}");

      assertEquals("{\"id\":\"2\",\"data\":\"e2\"}", client.readText());
    }
  }

  @Test
  void goneCursorOfAMessageIsToldInBand() throws Exception {
    appendThree();
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).resumingByMessage().start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send("{\"since\":\"never\"}");

      assertEquals("{\"type\":\"gap\",\"detail\":\"The cursor is gone\"}", client.readText());
      assertEquals("{\"id\":\"1\",\"data\":\"e1\"}", client.readText());
      assertEquals("never", server.takeRequest(LIMIT).cursor());
    }
  }

  @Test
  void goneCursorOfAMessageIsToldByCloseCodeWhereAsked() throws Exception {
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log).resumingByMessage().closeCodeAtGap(4410).start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send("{\"since\":\"never\"}");

      assertEquals(WebSocketFrame.close(4410, "The cursor is gone"), client.read());
    }
  }

  @Test
  void closeCodeAtAGapWithoutAMessageIsRefused() {
    FakeWebSocketServer.Builder builder = FakeWebSocketServer.builder(log).closeCodeAtGap(4410);

    assertEquals(
        "closeCodeAtGap cannot be set without resumingByMessage: handshakes are answered 410",
        assertThrows(IllegalStateException.class, builder::start).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "{", "{}", "[]", "{\"since\":\"1\",\"more\":1}"})
  void firstMessageThatResumesNothingIsRefused(String message) throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).resumingByMessage().start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send(message);

      assertEquals(
          WebSocketFrame.close(1008, "Expected a message {\"since\":…} first"), client.read());
    }
  }

  @Test
  void clientThatLeavesBeforeItsMessageIsNoticed() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).resumingByMessage().start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      assertEquals(1, server.liveConnections());

      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      assertNull(server.takeRequest(LIMIT).cursor());
    }
  }

  // ---- Ends ----

  @Test
  void endOfTheLogClosesWith1000AndWaitsForTheClient() throws Exception {
    log.append("a");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.readText();

      log.end();

      assertEquals(WebSocketFrame.close(1000, "The log has ended"), client.read());
      assertEquals(1, server.liveConnections());
      client.send(WebSocketFrame.close(1000, ""));
      assertEquals(new Received("", false), client.raw().readToEnd());
      assertEquals(1000, server.takeCloseCode(LIMIT));
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      try (RawWebSocket next = RawWebSocket.open(server.port(), "/?since=1")) {
        assertEquals(204, next.status());
      }
    }
  }

  @Test
  void endAllClosesWith1001AndTheStreamGoesOnAfterwards() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      server.endAll();

      assertEquals(WebSocketFrame.close(1001, "The server ends all"), client.read());
      client.close();
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      try (RawWebSocket next = RawWebSocket.open(server.port(), "/")) {
        assertEquals(101, next.status());
      }
    }
  }

  @Test
  void closeCodesAreAsSet() throws Exception {
    try (FakeWebSocketServer server =
            FakeWebSocketServer.builder(log).closeCodeAtEndAll(1013).closeCodeAtEnd(1005).start();
        RawWebSocket ended = RawWebSocket.open(server.port(), "/")) {
      server.endAll();
      assertEquals(1013, ended.read().closeCode());

      try (RawWebSocket atEnd = RawWebSocket.open(server.port(), "/")) {
        log.end();

        assertEquals(WebSocketFrame.close(), atEnd.read());
      }
    }
  }

  @Test
  void clientThatFallsBehindIsClosedWith1001() throws Exception {
    FakeEventLog small = FakeEventLog.retaining(8);
    String large = "x".repeat(1024 * 1024);
    small.append(large);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(small);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      // Nobody reads, so the server cannot write all of this before it is replaced.
      for (int i = 0; i < 40; i++) {
        small.append(large);
      }

      WebSocketFrame last = client.read();
      for (int i = 0; i < 40 && last.opcode() == WebSocketFrame.TEXT; i++) {
        last = client.read();
      }

      assertEquals(WebSocketFrame.close(1001, "The server ends all"), last);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1005, 4999})
  void closeIsAnsweredWithTheSameCodeAndNothingFollows(int code) throws Exception {
    WebSocketFrame close =
        code == 1005 ? WebSocketFrame.close() : WebSocketFrame.close(code, "reason");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send(close);

      assertEquals(code, client.read().closeCode());
      log.append("late");
      assertEquals(new Received("", false), client.raw().readToEnd());
      assertEquals(List.of(code), server.closeCodes());
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  // ---- Signs of life ----

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

  // ---- Messages of clients ----

  @Test
  void messagesAreRecordedWithTheirFragmentsJoined() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send("hello");
      client.send(WebSocketFrame.binary(new byte[] {1, 2}).unfinished());
      client.send(WebSocketFrame.ping("between"));
      client.send(WebSocketFrame.of(WebSocketFrame.CONTINUATION, new byte[0]).unfinished());
      client.send(WebSocketFrame.of(WebSocketFrame.CONTINUATION, new byte[] {3}));

      ReceivedMessage text = server.takeMessage(LIMIT);
      ReceivedMessage binary = server.takeMessage(LIMIT);

      assertEquals(1, text.connection());
      assertFalse(text.isBinary());
      assertEquals("hello", text.text());
      assertTrue(binary.isBinary());
      assertArrayEquals(new byte[] {1, 2, 3}, binary.payload());
      assertEquals("[text message hello, binary message of 3 bytes]", server.received().toString());
      assertEquals(WebSocketFrame.pong("between"), client.read());
    }
  }

  @Test
  void characterThatIsSplitByAFragmentIsJoined() throws Exception {
    byte[] snowman = "☃".getBytes(StandardCharsets.UTF_8);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send(
          WebSocketFrame.of(WebSocketFrame.TEXT, new byte[] {snowman[0], snowman[1]}).unfinished());
      client.send(WebSocketFrame.of(WebSocketFrame.CONTINUATION, new byte[] {snowman[2]}));

      assertEquals("☃", server.takeMessage(LIMIT).text());
    }
  }

  @Test
  void violationsAreClosedWithTheirCode() throws Exception {
    assertClosed(1002, WebSocketFrame.text("").withRsv(4));
    assertClosed(1002, WebSocketFrame.of(3, new byte[0]));
    assertClosed(1002, WebSocketFrame.of(0xb, new byte[0]));
    assertClosed(1002, WebSocketFrame.ping("x".repeat(126)));
    assertClosed(1002, WebSocketFrame.ping("").unfinished());
    assertClosed(1002, WebSocketFrame.of(WebSocketFrame.CONTINUATION, new byte[0]));
    assertClosed(1002, WebSocketFrame.text("a").unfinished(), WebSocketFrame.text("b"));
    assertClosed(1007, WebSocketFrame.of(WebSocketFrame.TEXT, NOT_UTF_8));
    byte[] half = new byte[WebSocketFrameReader.MOST_BYTES / 2 + 1];
    assertClosed(
        1009,
        WebSocketFrame.binary(half).unfinished(),
        WebSocketFrame.of(WebSocketFrame.CONTINUATION, half));
  }

  private void assertClosed(int code, WebSocketFrame... frames) throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      for (WebSocketFrame frame : frames) {
        client.send(frame);
      }

      assertEquals(code, client.read().closeCode());
      client.raw().socket().shutdownOutput();
      assertEquals(new Received("", false), client.raw().readToEnd());
    }
  }

  @Test
  void frameThatIsNotMaskedIsClosedWith1002() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.raw().send(WebSocketFrame.text("plain").encoded());

      assertEquals(
          WebSocketFrame.close(1002, "Expected a masked frame but it was not masked"),
          client.read());
    }
  }

  @Test
  void onlyTheLastMessagesAreRecordedWhereAsked() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).recordingLast(1).start();
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send("one");
      client.send("two");
      client.send(WebSocketFrame.close());
      client.read();

      assertEquals("[text message two]", server.received().toString());
    }
  }

  // ---- Closing the server ----

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
