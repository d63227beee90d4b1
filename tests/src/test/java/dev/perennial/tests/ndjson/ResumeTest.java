package dev.perennial.tests.ndjson;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.RecordingObserver;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an NDJSON stream goes on. */
@Timeout(60)
class ResumeTest {
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ServedLines.PATIENCE);

  static Stream<String> hostileCursors() {
    return Stream.of(
        "é",
        "\"",
        "{",
        "&",
        "+",
        "#",
        "%",
        "=",
        " ",
        "/",
        "?",
        ";",
        "\\",
        "%41",
        "a+b c",
        "€😀",
        "[{\"topic\":\"a\",\"offset\":1}]",
        "\u0000",
        "\r\n",
        "\t",
        "x".repeat(4_096),
        "ä".repeat(2_048),
        "..",
        "&since=0",
        "'",
        "\u2028");
  }

  @ParameterizedTest
  @MethodSource("hostileCursors")
  void cursorComesBackAsItWas(String cursor) throws Exception {
    String line = "{\"id\":" + new ObjectMapper().writeValueAsString(cursor) + "}";
    try (ServedLines server = ServedLines.of(line + "\n")) {
      listen(Ndjson.builder(server.url("/changes?a=1&since=old&b=2")).stream());

      Event<String> event = recorder.takeEvent();

      assertEquals(cursor, event.cursor());
      assertEquals(cursor, event.id());
      recorder.assertCompleted();
      assertEquals("old", server.take().queryParameter("since"));
      ReceivedRequest resumed = server.take();
      assertEquals(cursor, resumed.queryParameter("since"));
      assertEquals("1", resumed.queryParameter("a"));
      assertEquals("2", resumed.queryParameter("b"));
      assertEquals(3, resumed.target().split("[?&]").length - 1, resumed::target);
    }
  }

  @Test
  void cursorIsPercentEncodedAsOneValue() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":\"é\\\" {&+#%=\"}\n")) {
      listen(Ndjson.stream(server.url()));

      recorder.takeEvent();
      recorder.assertCompleted();
      server.take();
      assertEquals("/changes?since=%C3%A9%22%20%7B%26%2B%23%25%3D", server.take().target());
    }
  }

  @Test
  void cursorThatIsTooLongEndsTheConnection() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":\"" + "x".repeat(4_097) + "\"}\n")) {
      Ndjson.stream(server.url()).withRetry(RetryPolicy.never()).subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.LIMIT, failure.reason());
      assertTrue(
          failure
              .getMessage()
              .contains(
                  "Expected a cursor of at most 4096 bytes but was 4097 from " + server.url()),
          failure::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e3", "1E+3", "-0", "0.10", "12345678901234567890", "1.0", "9007199254740993"})
  void numberIsSentAsItIsWritten(String number) throws Exception {
    try (ServedLines server = ServedLines.of("{\"seq\":" + number + "}\n")) {
      listen(Ndjson.builder(server.url()).cursor(Json.field("/seq")).stream());

      assertEquals(number, recorder.takeEvent().cursor());
      recorder.assertCompleted();
      server.take();
      assertEquals(number, server.take().queryParameter("since"));
    }
  }

  @Test
  void parameterHasAnotherNameByOption() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n")) {
      listen(Ndjson.builder(server.url("/c?since=0")).cursorParameter("after").stream());

      recorder.takeEvent();
      recorder.assertCompleted();
      server.take();
      assertEquals("/c?since=0&after=1", server.take().target());
    }
  }

  @Test
  void cursorGoesIntoAHeaderByOption() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":\"é1\"}\n")) {
      listen(Ndjson.builder(server.url()).cursorHeader("X-Cursor").stream());

      recorder.takeEvent();
      recorder.assertCompleted();
      assertNull(server.take().header("X-Cursor"));
      ReceivedRequest resumed = server.take();
      assertEquals("/changes", resumed.target());
      assertEquals("é1", resumed.header("X-Cursor"));
    }
  }

  @Test
  void lineWithoutACursorLeavesThePosition() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"id\":\"\"}\n{}\n[1]\n")) {
      listen(Ndjson.stream(server.url()));

      assertEquals(
          List.of("1", "1", "1", "1"),
          Stream.generate(recorder::takeEvent).limit(4).map(Event::cursor).toList());
      recorder.assertCompleted();
      server.take();
      assertEquals("/changes?since=1", server.take().target());
    }
  }

  @Test
  void idApartFromTheCursorTellsReplays() throws Exception {
    RecordingObserver observer = RecordingObserver.create();
    try (ServedLines server =
        ServedLines.of(
            "{\"seq\":\"1-a\",\"id\":\"doc1\"}\n{\"seq\":\"2-b\",\"id\":\"doc2\"}\n",
            "{\"seq\":\"2-b\",\"id\":\"doc2\"}\n{\"seq\":\"3-d\",\"id\":\"doc3\"}\n")) {
      listen(
          Ndjson.builder(server.url()).cursor(Json.field("/seq")).id(Json.field("/id")).stream()
              .withObserver(observer));

      assertIdAndCursor("doc1", "1-a", recorder.takeEvent());
      assertIdAndCursor("doc2", "2-b", recorder.takeEvent());
      assertIdAndCursor("doc3", "3-d", recorder.takeEvent());
      recorder.assertCompleted();
      assertEquals(List.of("duplicate doc2"), observer.lines("duplicate"));
      server.take();
      assertEquals("2-b", server.take().queryParameter("since"));
    }
  }

  @Test
  void cursorThatAFunctionFindsCountsInPlaceOfTheField() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":\"no\",\"n\":7}\n")) {
      listen(Ndjson.builder(server.url()).cursor(p -> Json.field("/n").apply(p) + "!").stream());

      assertIdAndCursor("7!", "7!", recorder.takeEvent());
      recorder.assertCompleted();
      server.take();
      assertEquals("7!", server.take().queryParameter("since"));
    }
  }

  @Test
  void postGoesWithItsBodyAndIsNotSentAgain() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"done\":true}\n")) {
      listen(
          Ndjson.builder(server.url())
              .post(RequestBody.create("{\"q\":1}", MediaType.get("application/json")))
              .endsAt(Json.fieldEquals("/done", "true"))
              .stream());

      recorder.assertEvents("{\"id\":1}");
      recorder.assertCompleted();
      ReceivedRequest request = server.take();
      assertEquals("POST", request.method());
      assertEquals("{\"q\":1}", request.bodyUtf8());
      assertEquals(1, server.requests());
    }
  }

  private void listen(EventStream<String> stream) {
    stream.withRetry(RetryPolicy.fixed(ofMillis(1))).subscribe(recorder.listener());
  }

  private static void assertIdAndCursor(String id, String cursor, Event<?> event) {
    assertEquals(id, event.id());
    assertEquals(cursor, event.cursor());
  }
}
