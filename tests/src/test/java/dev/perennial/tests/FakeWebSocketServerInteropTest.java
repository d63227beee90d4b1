package dev.perennial.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The testkit's WebSocket server with a client that others wrote: the JDK's. */
class FakeWebSocketServerInteropTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final FakeEventLog log = FakeEventLog.create();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @Test
  void eventsArriveAndTheEndOfTheLogClosesBothWays() throws Exception {
    String large = "☃".repeat(50_000);
    log.append("price", "one");
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).subprotocols("t").start()) {
      WebSocket client = open(server, "/ticks");
      log.append(large);
      log.end();

      assertEquals("t", client.getSubprotocol());
      assertEquals("text {\"id\":\"1\",\"type\":\"price\",\"data\":\"one\"}", next());
      assertEquals("text {\"id\":\"2\",\"data\":\"" + large + "\"}", next());
      assertEquals("close 1000 The log has ended", next());
      assertEquals(1000, server.takeCloseCode(SOON));
    }
  }

  @Test
  void pingsAreAnsweredBothWays() throws Exception {
    try (FakeWebSocketServer server =
        FakeWebSocketServer.builder(log).heartbeatEvery(Duration.ofMillis(20)).start()) {
      WebSocket client = open(server, "/");
      client.sendPing(ByteBuffer.wrap("life".getBytes(UTF_8))).join();

      String next = next();
      while (next.equals("ping ")) {
        next = next();
      }
      assertEquals("pong life", next);
      assertEquals(1, server.pings());
      client.abort();
    }
  }

  @Test
  void messagesAreReceivedAndTheClientsCloseIsAnswered() throws Exception {
    try (FakeWebSocketServer server =
        FakeWebSocketServer.builder(log).resumingByMessage().start()) {
      log.append("one");
      log.append("two");
      WebSocket client = open(server, "/");
      client.sendText("{\"since\"", false).join();
      client.sendText(":\"1\"}", true).join();
      assertEquals("text {\"id\":\"2\",\"data\":\"two\"}", next());
      client.sendBinary(ByteBuffer.wrap(new byte[200_000]), true).join();
      client.sendClose(4000, "enough").join();

      assertEquals("close 4000 ", next());
      assertEquals("{\"since\":\"1\"}", server.takeMessage(SOON).text());
      assertEquals(200_000, server.takeMessage(SOON).payload().length);
      assertEquals(4000, server.takeCloseCode(SOON));
    }
  }

  @Test
  void refusedHandshakeIsAnAnswer() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      CompletionException refused =
          assertThrows(CompletionException.class, () -> open(server, "/?since=never"));

      WebSocketHandshakeException cause =
          assertInstanceOf(WebSocketHandshakeException.class, refused.getCause());
      assertEquals(410, cause.getResponse().statusCode());
    }
  }

  private WebSocket open(FakeWebSocketServer server, String path) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .subprotocols("t")
        .connectTimeout(SOON)
        .buildAsync(server.uri(path), new Listener())
        .join();
  }

  private String next() throws InterruptedException {
    String next = seen.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
    if (next == null) {
      throw new AssertionError("Expected something from the server within " + SOON);
    }
    return next;
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        seen.add("text " + message);
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer payload) {
      seen.add("ping " + UTF_8.decode(payload));
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer payload) {
      seen.add("pong " + UTF_8.decode(payload));
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      seen.add("close " + code + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      seen.add("error " + failure);
    }
  }
}
