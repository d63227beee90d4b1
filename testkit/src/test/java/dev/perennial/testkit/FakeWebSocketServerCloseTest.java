package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.testkit.RawClient.Received;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FakeWebSocketServerCloseTest {

  private final FakeEventLog log = FakeEventLog.create();

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
  void endAllClosesWith1001AndTheNextHandshakeIsAccepted() throws Exception {
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
  void clientThatLagsIsClosedWith1001() throws Exception {
    FakeEventLog small = FakeEventLog.retaining(8);
    String large = "x".repeat(1024 * 1024);
    small.append(large);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(small);
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      // The client does not read, so the server cannot write all of this before the log drops it.
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
}
