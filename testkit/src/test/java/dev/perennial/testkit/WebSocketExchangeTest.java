package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.testkit.RawClient.Received;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketExchangeTest {

  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @Test
  void handshakeIsThatOfTheStandard() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange ->
                    WebSocketExchange.accept(exchange, List.of("Sec-WebSocket-Protocol: p")));
        RawWebSocket client = RawWebSocket.open(server.port(), "/chat")) {
      assertEquals(
          List.of(
              "HTTP/1.1 101",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Accept: " + RawWebSocket.ACCEPT,
              "Sec-WebSocket-Protocol: p"),
          client.head());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "426, GET, h2c, Upgrade, 13," + " dGhlIHNhbXBsZSBub25jZQ==",
    "426, GET, websocket, close, 13," + " dGhlIHNhbXBsZSBub25jZQ==",
    "426, GET, websocket, Upgrade, 8," + " dGhlIHNhbXBsZSBub25jZQ==",
    "400, GET, websocket, Upgrade, 13, c2hvcnQ=",
    "400, GET, websocket, Upgrade, 13, ?",
    "400, POST, websocket, Upgrade, 13," + " dGhlIHNhbXBsZSBub25jZQ==",
    "101, GET, WebSocket, upgrade, 13," + " dGhlIHNhbXBsZSBub25jZQ=="
  })
  void requestThatIsNoHandshakeIsRefused(
      int status, String method, String upgrade, String connection, String version, String key)
      throws Exception {
    try (LoopbackServer server = LoopbackServer.start(this::acceptOrFail);
        RawClient client = RawClient.connect(server.port())) {
      client.send(
          String.join(
              "\r\n",
              method + " / HTTP/1.1",
              "Upgrade: " + upgrade,
              "Connection: " + connection,
              "Sec-WebSocket-Version: " + version,
              "Sec-WebSocket-Key: " + key,
              "",
              ""));

      assertEquals(status, client.readStatus());
      assertEquals(status == 101, poll().equals("accepted"));
    }
  }

  @Test
  void anyFrameAndAnyBytesAreWrittenAsTheyAre() throws Exception {
    WebSocketFrame forbidden = WebSocketFrame.of(0xb, new byte[200]).withRsv(7).unfinished();
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  WebSocketExchange socket = WebSocketExchange.accept(exchange);
                  socket.send(WebSocketFrame.text("half").unfinished());
                  socket.send(forbidden);
                  socket.write(new byte[] {(byte) 0x81, 5, 'H', 'e'});
                  socket.cut(Cut.FIN);
                });
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      assertEquals(WebSocketFrame.text("half").unfinished(), client.read());
      assertEquals(forbidden, client.read());
      assertEquals(new Received("\ufffd\u0005He", false), client.raw().readToEnd());
    }
  }

  @Test
  void framesOfTheClientAreReadAndNotAnswered() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  WebSocketExchange socket = WebSocketExchange.accept(exchange);
                  seen.add(socket.read(LIMIT));
                  socket.send(WebSocketFrame.text("now"));
                  seen.add(socket.awaitClose(LIMIT));
                  seen.add(String.valueOf(socket.read(LIMIT)));
                });
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      client.send(WebSocketFrame.ping("p"));

      assertEquals(WebSocketFrame.text("now"), client.read());
      client.send("unheard");
      client.send(WebSocketFrame.close(4000, "bye"));
      client.raw().socket().shutdownOutput();
      assertEquals(new Received("", false), client.raw().readToEnd());
      assertEquals(WebSocketFrame.ping("p"), poll());
      assertEquals(WebSocketFrame.close(4000, "bye"), poll());
      assertEquals("null", poll());
    }
  }

  @Test
  void readGivesUpWhenNothingComes() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  WebSocketExchange socket = WebSocketExchange.accept(exchange);
                  assertThrows(
                      SocketTimeoutException.class, () -> socket.read(Duration.ofMillis(1)));
                  seen.add("gave up");
                  seen.add(String.valueOf(socket.awaitClose(LIMIT)));
                });
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      assertEquals("gave up", poll());
      client.close();

      assertEquals("null", poll());
    }
  }

  @Test
  void cutByResetIsAnError() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(exchange -> WebSocketExchange.accept(exchange).cut(Cut.RST));
        RawWebSocket client = RawWebSocket.open(server.port(), "/")) {
      assertEquals(new Received("", true), client.raw().readToEnd());
    }
  }

  private void acceptOrFail(Exchange exchange) throws IOException {
    try {
      WebSocketExchange.accept(exchange);
      seen.add("accepted");
    } catch (IOException e) {
      seen.add(String.valueOf(e.getMessage()));
    }
  }

  private Object poll() throws InterruptedException {
    Object next = seen.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (next == null) {
      throw new AssertionError("Expected the handler to have seen something");
    }
    return next;
  }
}
