package dev.perennial.tests.ndjson;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.RecordingObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Request;
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
  void cursorIsSentBackVerbatim(String cursor) throws Exception {
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
  void numberAndStringThatReadTheSameAreBothDelivered() throws Exception {
    String both = "{\"id\":1,\"is\":\"number\"}\n{\"id\":\"1\",\"is\":\"string\"}\n";
    try (ServedLines server = ServedLines.of(both)) {
      listen(Ndjson.stream(server.url()));

      recorder.assertEvents(both.split("\n"));
      recorder.assertCompleted();
    }
  }

  @Test
  void stringThatReadsLikeANumberBeforeTheCutIsNoReplayOfIt() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n", "{\"id\":1}\n{\"id\":\"1\"}\n")) {
      listen(Ndjson.stream(server.url()));

      recorder.assertEvents("{\"id\":1}", "{\"id\":\"1\"}");
      recorder.assertCompleted();
    }
  }

  @Test
  void idMayKeepTheKindOfItsValue() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"id\":\"1\"}\n")) {
      listen(
          Ndjson.builder(server.url())
              .id(payload -> payload.text().substring(6, payload.text().length() - 1))
              .stream());

      assertEquals("1", recorder.takeEvent().id());
      assertEquals("\"1\"", recorder.takeEvent().id());
      recorder.assertCompleted();
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
  void numericCursorIsSentAsWritten(String number) throws Exception {
    try (ServedLines server = ServedLines.of("{\"seq\":" + number + "}\n")) {
      listen(Ndjson.builder(server.url()).cursor(Json.field("/seq")).stream());

      assertEquals(number, recorder.takeEvent().cursor());
      recorder.assertCompleted();
      server.take();
      assertEquals(number, server.take().queryParameter("since"));
    }
  }

  @Test
  void nameOfTheCursorParameterCanBeSet() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n")) {
      listen(Ndjson.builder(server.url("/c?since=0")).cursorParameter("after").stream());

      recorder.takeEvent();
      recorder.assertCompleted();
      server.take();
      assertEquals("/c?since=0&after=1", server.take().target());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "page[after]=0",
        "page%5Bafter%5D=0",
        "page%5bafter%5d=0",
        "page[after%5D=0",
        "%70age[after]=0",
        "page[after]",
        "page[after]=0&page%5Bafter%5D=1"
      })
  void existingParameterIsReplacedHoweverItsNameIsEncoded(String own) throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":7}\n")) {
      String url = server.url("/c?page%5Bsize%5D=1+0&" + own + "&q=a%2Bb");
      listen(Ndjson.builder(url).cursorParameter("page[after]").stream());

      recorder.takeEvent();
      recorder.assertCompleted();
      server.take();
      assertEquals("/c?page%5Bsize%5D=1+0&q=a%2Bb&page%5Bafter%5D=7", server.take().target());
    }
  }

  @Test
  void cursorCanBeSentInTheBody() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":\"a&b\"}\n", "{\"id\":\"c\"}\n")) {
      listen(
          Ndjson.builder(
              attempt ->
                  new Request.Builder()
                      .url(server.url("/watch"))
                      .post(
                          RequestBody.create(
                              "{\"after\":\"" + attempt.cursor() + "\"}",
                              MediaType.get("application/json")))
                      .build())
              .cursorInRequest()
              .resendAfterEvents()
              .stream());

      assertEquals("a&b", recorder.takeEvent().cursor());
      assertEquals("c", recorder.takeEvent().cursor());
      recorder.assertCompleted();
      assertBodyOnly("{\"after\":\"null\"}", server.take());
      assertBodyOnly("{\"after\":\"a&b\"}", server.take());
      assertBodyOnly("{\"after\":\"c\"}", server.take());
    }
  }

  @Test
  void noCursorIsSentToAServerThatKeepsThePosition() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n", "{\"n\":2}\n")) {
      listen(Ndjson.builder(server.url()).positionAtServer().stream());

      recorder.assertEvents("{\"id\":1}", "{\"n\":2}");
      recorder.assertCompleted();
      assertEquals("/changes", server.take().target());
      assertEquals("/changes", server.take().target());
      assertEquals("/changes", server.take().target());
    }
  }

  @Test
  void placeForACursorThatIsNeverSentIsRejected() {
    Ndjson.Builder builder =
        Ndjson.builder("http://localhost/").cursorParameter("after").positionAtServer();

    assertEquals(
        "cursorParameter(\"after\") cannot be combined with positionAtServer(): no cursor is ever"
            + " sent",
        assertThrows(IllegalStateException.class, builder::stream).getMessage());
  }

  // ---- What a cursor is ----

  @ParameterizedTest
  @ValueSource(strings = {"[105,\"g1AAAA\"]", "{\"p\": 0,\"o\":[7 ]}", "[]", "{\"a\":\"\\u00e9\"}"})
  void arrayOrObjectIsSentAsWritten(String subtree) throws Exception {
    try (ServedLines server = ServedLines.of("{\"a\":{\"seq\": " + subtree + " }}\n")) {
      listen(Ndjson.builder(server.url()).cursor(Json.field("/a/seq")).stream());

      assertEquals(subtree, recorder.takeEvent().cursor());
      recorder.assertCompleted();
      server.take();
      assertEquals(subtree, server.take().queryParameter("since"));
    }
  }

  @Test
  void dashFindsTheLastElementOfAnArray() throws Exception {
    try (ServedLines server =
        ServedLines.of(
            "{\"events\":[{\"id\":1,\"n\":[1,2]},{\"id\":2,\"n\":[3,4]}]}\n{\"events\":[]}\n")) {
      listen(Ndjson.builder(server.url()).cursor(Json.field("/events/-/n/-")).stream());

      assertEquals("4", recorder.takeEvent().cursor());
      assertEquals("4", recorder.takeEvent().cursor()); // An empty array has none.
      recorder.assertCompleted();
      server.take();
      assertEquals("4", server.take().queryParameter("since"));
    }
  }

  @Test
  void cursorOf64KibibytesCanBeAllowed() throws Exception {
    String largest = "x".repeat(64 * 1024);
    try (ServedLines server = ServedLines.of("{\"id\":\"" + largest + "\"}\n")) {
      listen(
          Ndjson.builder(server.url()).maxCursorBytes(64 * 1024).cursorHeader("X-After").stream());

      assertEquals(largest, recorder.takeEvent().cursor());
    }
  }

  @Test
  void numberAndTextAreDifferentIds() throws Exception {
    try (ServedLines server =
        ServedLines.of("{\"id\":1}\n", "{\"id\":\"1\"}\n{\"id\":true}\n{\"id\":\"true\"}\n")) {
      listen(Ndjson.stream(server.url()));

      recorder.assertEvents("{\"id\":1}", "{\"id\":\"1\"}", "{\"id\":true}", "{\"id\":\"true\"}");
      recorder.assertCompleted();
    }
  }

  @Test
  void updateOfAnEntityIsNotAReplay() throws Exception {
    String created = "{\"id\":\"order-1\",\"state\":\"new\"}";
    String paid = "{\"id\":\"order-1\",\"state\":\"paid\"}";
    String other = "{\"id\":\"order-2\",\"state\":\"new\"}";
    try (ServedLines server =
        ServedLines.of(created + "\n", paid + "\n" + other + "\n", created + "\n")) {
      listen(Ndjson.stream(server.url()));

      recorder.assertEvents(created, paid, other, created);
      recorder.assertCompleted();
    }
  }

  @Test
  void serverThatRepeatsTheEventOfTheCursorCausesNoDuplicateAcrossRestarts() throws Exception {
    CursorStore store = CursorStore.inMemory();
    try (LoopbackServer server = LoopbackServer.start(ResumeTest::answerInclusively)) {
      List<String> delivered = new ArrayList<>();
      for (int run = 0; run < 3; run++) {
        EventRecorder<String> one =
            EventRecorder.<String>create().waitingAtMost(ServedLines.PATIENCE);
        Ndjson.stream(server.uri("/").toString()).withCursorStore(store).subscribe(one.listener());
        delivered.add(one.takeEvent().data());
        delivered.add(one.takeEvent().data());
        one.close();
        one.subscription().awaitClosed(); // Then the cursor is in the store.
      }

      assertEquals(
          List.of(
              "{\"id\":1}", "{\"id\":2}", "{\"id\":3}", "{\"id\":4}", "{\"id\":5}", "{\"id\":6}"),
          delivered);
    }
  }

  /** Sends the event of the cursor once more, and the two after it. */
  private static void answerInclusively(Exchange exchange) throws IOException {
    String since = exchange.request().queryParameter("since");
    int start = since == null ? 1 : Integer.parseInt(since);
    int end = since == null ? 2 : start + 2;
    StringBuilder lines = new StringBuilder();
    for (int id = start; id <= end; id++) {
      lines.append("{\"id\":").append(id).append("}\n");
    }
    exchange.answer(200, List.of("Content-Type: application/x-ndjson"), lines.toString());
  }

  @Test
  void cursorCanBeSentInAHeader() throws Exception {
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
  void lineWithoutACursorKeepsThePosition() throws Exception {
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
  void separateIdDetectsReplays() throws Exception {
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
  void functionThatFindsTheCursorReplacesTheField() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":\"no\",\"n\":7}\n")) {
      listen(Ndjson.builder(server.url()).cursor(p -> Json.field("/n").apply(p) + "!").stream());

      assertIdAndCursor("7!", "7!", recorder.takeEvent());
      recorder.assertCompleted();
      server.take();
      assertEquals("7!", server.take().queryParameter("since"));
    }
  }

  @Test
  void postIsSentWithItsBodyAndOnlyOnce() throws Exception {
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

  private static void assertBodyOnly(String body, ReceivedRequest request) {
    assertEquals("/watch", request.target());
    assertNull(request.header("Last-Event-ID"));
    assertEquals(body, request.bodyUtf8());
  }

  private void listen(EventStream<String> stream) {
    stream.withRetry(RetryPolicy.fixed(ofMillis(1))).subscribe(recorder.listener());
  }

  private static void assertIdAndCursor(String id, String cursor, Event<?> event) {
    assertEquals(id, event.id());
    assertEquals(cursor, event.cursor());
  }
}
