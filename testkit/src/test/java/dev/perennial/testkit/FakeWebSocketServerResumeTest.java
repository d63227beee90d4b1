package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakeWebSocketServerResumeTest {

  private final FakeEventLog log = FakeEventLog.create();

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
  void goneCursorOfAMessageIsReportedInBand() throws Exception {
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
  void goneCursorOfAMessageIsReportedByCloseCodeWhereAsked() throws Exception {
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

  private void appendThree() {
    for (int i = 1; i <= 3; i++) {
      log.append("e" + i);
    }
  }
}
