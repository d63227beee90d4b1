package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.wire.WebSocketFrameReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FakeWebSocketServerMessageTest {

  private static final byte[] NOT_UTF_8 = {(byte) 0xc3, 0x28};

  private final FakeEventLog log = FakeEventLog.create();

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
}
