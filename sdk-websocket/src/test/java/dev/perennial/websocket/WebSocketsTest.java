package dev.perennial.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.StreamException;
import dev.perennial.StreamSubscription;
import dev.perennial.websocket.WebSocketSender.Outcome;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the socket to the reader, against OkHttp's server side. */
@Timeout(60)
final class WebSocketsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MockWebServer server = new MockWebServer();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String url() {
    return server.url("/ws").toString();
  }

  private void upgrades(String... messages) {
    server.enqueue(
        new MockResponse.Builder()
            .webSocketUpgrade(
                new WebSocketListener() {
                  @Override
                  public void onOpen(WebSocket socket, Response response) {
                    for (String message : messages) {
                      socket.send(message);
                    }
                    if (messages.length > 0) {
                      socket.close(1000, null);
                    }
                  }

                  @Override
                  public void onMessage(WebSocket socket, String text) {
                    received.add(text);
                    socket.send("echo " + text);
                  }

                  @Override
                  public void onClosing(WebSocket socket, int code, String reason) {
                    received.add("closing " + code);
                    socket.close(code, reason);
                  }
                })
            .build());
  }

  @Test
  void messagesAreEventsUntilTheServerCloses() throws Exception {
    upgrades("one", "zwei é");
    try (EventReader<String> reader =
        WebSockets.builder(url()).endsWithClose().stream().failFast().open()) {
      assertEquals("one", dataOf(reader.poll(PATIENCE)));
      assertEquals("zwei é", dataOf(reader.poll(PATIENCE)));
      assertNull(reader.read());
    }
  }

  @Test
  void whatIsSentOnOpenGoesFirstAndTheSenderFollows() throws Exception {
    upgrades();
    WebSocketSender sender = WebSocketSender.create();
    assertEquals(Outcome.NOT_CONNECTED, sender.send("too early"));
    StreamSubscription subscription;
    try (EventReader<String> reader =
        WebSockets.builder(url())
            .sender(sender)
            .onOpen((out, cursor) -> out.send("since " + cursor))
            .stream()
            .failFast()
            .open()) {
      subscription = reader.subscription();
      assertEquals("echo since null", dataOf(reader.poll(PATIENCE)));
      assertEquals(Outcome.ACCEPTED, sender.send("hello"));
      assertEquals("echo hello", dataOf(reader.poll(PATIENCE)));
    }
    subscription.awaitClosed();
    assertEquals(Outcome.CLOSED, sender.send("too late"));
    assertEquals("since null", received.poll(20, SECONDS));
    assertEquals("hello", received.poll(20, SECONDS));
    assertEquals("closing 1000", received.poll(20, SECONDS));
  }

  @Test
  void serverMayCompressWhereItIsAsked() throws Exception {
    String large = "compressible ".repeat(10_000);
    upgrades(large, "small", large);
    try (EventReader<String> reader =
        WebSockets.builder(url()).compressed().endsWithClose().stream().failFast().open()) {
      assertEquals(large, dataOf(reader.poll(PATIENCE)));
      assertEquals("small", dataOf(reader.poll(PATIENCE)));
      assertEquals(large, dataOf(reader.poll(PATIENCE)));
      assertNull(reader.read());
    }
    assertEquals(
        "permessage-deflate; client_max_window_bits",
        server.takeRequest().getHeaders().get("Sec-WebSocket-Extensions"));
  }

  @Test
  void nothingIsOfferedOtherwise() throws Exception {
    upgrades("one");
    try (EventReader<String> reader = WebSockets.builder(url()).stream().failFast().open()) {
      assertEquals("one", dataOf(reader.poll(PATIENCE)));
    }
    assertNull(server.takeRequest().getHeaders().get("Sec-WebSocket-Extensions"));
  }

  private static String dataOf(Event<String> event) {
    if (event == null) {
      throw new AssertionError("Expected an event but none came");
    }
    return event.data();
  }

  @Test
  void refusalIsReportedInTheServersWords() throws Exception {
    server.enqueue(new MockResponse.Builder().code(403).body("not for you").build());
    try (EventReader<String> reader = WebSockets.builder(url()).stream().open()) {
      StreamException refused = assertThrows(StreamException.class, reader::read);
      assertEquals(403, refused.code());
    }
  }
}
