package dev.perennial.ndjson;

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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the socket to the reader. */
class NdjsonTest {
  private static final String TYPE = "application/x-ndjson";

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
    enqueue(TYPE, "{\"id\":\"1\"}\n\n{\"id\":\"2\"}\r\n{\"id\":\"3");
    enqueue(TYPE, "{\"id\":\"2\"}\n{\"id\":\"3\",\"v\":true}\n");
    server.enqueue(new MockResponse.Builder().code(204).build());

    try (EventReader<String> events = quick(Ndjson.stream(url())).open()) {
      assertEquals(Event.of("1", "message", "{\"id\":\"1\"}"), events.read());
      assertEquals(Event.of("2", "message", "{\"id\":\"2\"}"), events.read());
      assertEquals(Event.of("3", "message", "{\"id\":\"3\",\"v\":true}"), events.read());
      assertNull(events.read());
    }

    RecordedRequest first = take();
    assertEquals(
        "application/x-ndjson, application/jsonl, application/json;q=0.9",
        first.getHeaders().get("Accept"));
    assertEquals("identity", first.getHeaders().get("Accept-Encoding"));
    assertEquals("/changes", first.getTarget());
    RecordedRequest second = take();
    assertEquals("/changes?since=2", second.getTarget());
    assertNull(second.getHeaders().get("Last-Event-ID"));
    assertEquals("/changes?since=3", take().getTarget());
  }

  record Change(long id, String doc) {}

  @Test
  void decodesJson() throws Exception {
    enqueue(TYPE, "{\"id\":1,\"doc\":\"a\",\"new\":true}\n");

    try (EventReader<Change> events = Ndjson.stream(url(), Change.class).open()) {
      assertEquals(new Change(1, "a"), events.read().data());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl; charset=utf-8",
        "application/x-jsonlines",
        "application/json"
      })
  void everyNameOfTheFormatOpens(String type) throws Exception {
    enqueue(type, "1\n");

    try (EventReader<String> events = Ndjson.stream(url()).open()) {
      assertEquals("1", events.read().data());
    }
  }

  @Test
  void anotherTypeIsRefusedInWordsUnlessItIsAccepted() throws Exception {
    enqueue("text/plain", "1\n");
    enqueue("text/plain", "1\n");

    try (EventReader<String> events = Ndjson.stream(url()).open()) {
      StreamException e = assertThrows(StreamException.class, events::read);

      assertEquals(Reason.CONTENT_TYPE, e.reason());
      assertTrue(
          e.getMessage()
              .contains(
                  "Expected content type application/x-ndjson or application/jsonl or"
                      + " application/json or application/ndjson or application/x-jsonlines but was"
                      + " text/plain from "
                      + url()),
          e.getMessage());
    }
    try (EventReader<String> events = Ndjson.builder(url()).accept("text/plain").stream().open()) {
      assertEquals("1", events.read().data());
    }
    take();
    assertEquals("text/plain", take().getHeaders().get("Accept"));
  }

  @Test
  void readsEventsAfterTheirLength() throws Exception {
    enqueue(TYPE, "8\n{\"id\":1}10\n{\"id\":\n2}\r\n\n");
    EventStream<String> prefixed =
        Ndjson.builder(new Request.Builder().url(url()).build())
            .lengthPrefixed()
            .endsWithBody()
            .stream();

    try (EventReader<String> events = prefixed.open()) {
      assertEquals("{\"id\":1}", events.read().data());
      assertEquals(Event.of("2", "message", "{\"id\":\n2}\r"), events.read());
      assertNull(events.read());
    }
  }

  @Test
  void lastLineIsDeliveredByOption() throws Exception {
    enqueue(TYPE, "1\n23");
    EventStream<String> whole =
        Ndjson.builder(url()).lastLineWithoutNewline().endsWithBody().stream();

    try (EventReader<String> events = whole.open()) {
      assertEquals("1", events.read().data());
      assertEquals("23", events.read().data());
      assertNull(events.read());
    }
  }

  @Test
  void lastLineIsNotDeliveredByDefaultAndTheStreamIsIncomplete() throws Exception {
    enqueue(TYPE, "1\n23");

    assertIncompleteAfterOne(Ndjson.builder(url()).endsWithBody().stream());
  }

  @Test
  void lastLineThatIsNoJsonValueWasCutWhateverTheOption() throws Exception {
    enqueue(TYPE, "1\n{\"id\":");

    assertIncompleteAfterOne(
        Ndjson.builder(url()).lastLineWithoutNewline().endsWithBody().stream());
  }

  @Test
  void prefixedEventThatIsShorterThanItsLengthIsIncomplete() throws Exception {
    enqueue(TYPE, "1\n19\n{\"id\":");

    assertIncompleteAfterOne(Ndjson.builder(url()).lengthPrefixed().endsWithBody().stream());
  }

  private static void assertIncompleteAfterOne(EventStream<String> stream) throws Exception {
    try (EventReader<String> events = stream.open()) {
      assertEquals("1", events.read().data());
      assertEquals(Reason.INCOMPLETE, assertThrows(StreamException.class, events::read).reason());
    }
  }

  @Test
  void optionsThatConflictAreRefusedInWords() {
    String expected =
        "lastLineWithoutNewline() cannot be combined with lengthPrefixed(): an event that has its"
            + " length needs no line end";
    Ndjson.Builder prefixed = Ndjson.builder(url()).lengthPrefixed();
    Ndjson.Builder lines = Ndjson.builder(url()).lastLineWithoutNewline();

    assertEquals(
        expected,
        assertThrows(IllegalStateException.class, prefixed::lastLineWithoutNewline).getMessage());
    assertEquals(
        expected, assertThrows(IllegalStateException.class, lines::lengthPrefixed).getMessage());
  }

  @Test
  void optionsThatAreSetAfterwardsDoNotChangeAStream() throws Exception {
    enqueue(TYPE, "{\"id\":1,\"seq\":7}\n2");
    server.enqueue(new MockResponse.Builder().code(204).build());
    Ndjson.Builder builder = Ndjson.builder(url());
    EventStream<String> stream = builder.stream();
    builder.lastLineWithoutNewline().cursor(payload -> "other");

    try (EventReader<String> events = quick(stream).open()) {
      assertEquals("1", events.read().id());
      assertNull(events.read());
    }
  }

  @Test
  void aBadUrlIsRefusedWhereItIsSet() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Ndjson.stream("localhost:8080/changes"));

    assertTrue(e.getMessage().startsWith("url must start with http:// or https://"));
  }

  private static <T> EventStream<T> quick(EventStream<T> stream) {
    return stream.withRetry(RetryPolicy.fixed(Duration.ofMillis(1)));
  }

  private String url() {
    return server.url("/changes").toString();
  }

  private void enqueue(String type, String body) {
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", type), body));
  }

  private RecordedRequest take() throws InterruptedException {
    return Objects.requireNonNull(server.takeRequest(5, TimeUnit.SECONDS), "request");
  }
}
