package dev.perennial.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the socket to the reader. */
class SseTest {
  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsReconnectsAndResumes() throws Exception {
    enqueue("text/event-stream;charset=UTF-8", "id: 1\ndata: one\n\nid: 2\ndata: two\n\n");
    enqueue("text/event-stream", "id: 2\ndata: two\n\nid: 3\nevent: last\ndata: three\n\n");
    server.enqueue(new MockResponse.Builder().code(204).build());

    try (EventReader<String> events = quick(Sse.stream(url())).open()) {
      assertEquals(Event.of("1", "message", "one"), events.read());
      assertEquals(Event.of("2", "message", "two"), events.read());
      assertEquals(Event.of("3", "last", "three"), events.read());
      assertNull(events.read());
    }

    Headers first = take().getHeaders();
    assertEquals("text/event-stream", first.get("Accept"));
    assertEquals("no-cache", first.get("Cache-Control"));
    assertEquals("identity", first.get("Accept-Encoding"));
    assertNull(first.get("Last-Event-ID"));
    assertEquals("2", take().getHeaders().get("Last-Event-ID"));
    assertEquals("3", take().getHeaders().get("Last-Event-ID"));
  }

  record Tick(String symbol, double price) {}

  @Test
  void decodesJson() throws Exception {
    enqueue("text/event-stream", "data: {\"symbol\":\"A\",\"price\":1.5,\"new\":true}\n\n");

    try (EventReader<Tick> events = Sse.stream(url(), Tick.class).open()) {
      assertEquals(new Tick("A", 1.5), events.read().data());
    }
  }

  @Test
  void aFiniteStreamEndsAtItsMarker() throws Exception {
    enqueue("text/event-stream", "data: a\n\ndata: b\n\ndata: [DONE]\n\n");
    EventStream<String> tokens =
        Sse.builder(url())
            .post(RequestBody.create("prompt", null))
            .endsAt(payload -> payload.text().equals("[DONE]"))
            .stream();

    try (EventReader<String> events = tokens.open()) {
      assertEquals("a", events.read().data());
      assertEquals("b", events.read().data());
      assertNull(events.read());
    }

    RecordedRequest request = take();
    assertEquals("POST", request.getMethod());
    assertEquals("prompt", request.getBody().utf8());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void aFiniteStreamThatIsCutIsIncompleteAndNotAskedForAgain() throws Exception {
    enqueue("text/event-stream", "data: a\n\n");
    EventStream<String> tokens =
        Sse.builder(new Request.Builder().url(url()).build())
            .post(RequestBody.create("prompt", null))
            .endsAt(payload -> payload.text().equals("[DONE]"))
            .stream();

    try (EventReader<String> events = quick(tokens).open()) {
      assertEquals("a", events.read().data());

      StreamException e = assertThrows(StreamException.class, events::read);

      assertEquals(Reason.INCOMPLETE, e.reason());
    }
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void whatIsNoEventStreamSaysSo() throws Exception {
    enqueue("text/html", "<p>");

    try (EventReader<String> events = Sse.stream(url()).open()) {
      StreamException e = assertThrows(StreamException.class, events::read);

      assertEquals(Reason.CONTENT_TYPE, e.reason());
      assertTrue(
          e.getMessage()
              .contains("Expected content type text/event-stream but was text/html from " + url()),
          e.getMessage());
    }
  }

  @Test
  void aBadUrlIsRefusedWhereItIsSet() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Sse.stream("localhost:8080/ticks"));

    assertEquals(
        "url must start with http:// or https:// and name a host but was \"localhost:8080/ticks\"",
        e.getMessage());
  }

  private static EventStream<String> quick(EventStream<String> stream) {
    return stream.withRetry(RetryPolicy.fixed(Duration.ofMillis(1)));
  }

  private String url() {
    return server.url("/ticks").toString();
  }

  private void enqueue(String type, String body) {
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", type), body));
  }

  private RecordedRequest take() throws InterruptedException {
    return java.util.Objects.requireNonNull(server.takeRequest(5, TimeUnit.SECONDS), "request");
  }
}
