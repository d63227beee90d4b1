package dev.perennial.tests.ndjson;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lines that are no events for the consumer, and answers that are no lines. */
@Timeout(60)
class MeaningTest {
  private static final Predicate<Payload> IS_BOOKMARK = Json.fieldEquals("/type", "BOOKMARK");
  private static final Predicate<Payload> IS_TOO_OLD = Json.fieldEquals("/object/code", "410");

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ServedLines.PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();

  @Test
  void heartbeatObjectsAndBlankLinesAreNotDelivered() throws Exception {
    try (ServedLines server =
        ServedLines.of("\n{\"id\":1}\n{\"type\":\"heartbeat\"}\r\n \r\n{\"id\":2}\n")) {
      listen(
          Ndjson.builder(server.url()).heartbeat(Json.fieldEquals("/type", "heartbeat")).stream());

      recorder.assertEvents("{\"id\":1}", "{\"id\":2}");
      recorder.assertCompleted();
      assertEquals(3, observer.lines("heartbeat").size());
    }
  }

  @Test
  void bookmarkMovesTheCursorWithoutAnEvent() throws Exception {
    try (ServedLines server = ServedLines.of(event("5") + bookmark("9"), event("10"))) {
      listen(kubernetes(server));

      recorder.assertEvents(event("5").trim(), event("10").trim());
      recorder.assertCompleted();
      assertEquals("/watch?resourceVersion=0", server.take().target());
      assertEquals("/watch?resourceVersion=9", server.take().target());
      assertEquals("/watch?resourceVersion=10", server.take().target());
    }
  }

  @Test
  void errorObjectCanBeAGap() throws Exception {
    String tooOld = "{\"type\":\"ERROR\",\"object\":{\"code\":410,\"message\":\"too old\"}}";
    try (ServedLines server = ServedLines.of(event("5") + tooOld + "\n" + event("6"))) {
      listen(kubernetes(server));

      recorder.assertEvents(event("5").trim());
      Gap gap = recorder.takeGap();
      assertEquals(Gap.Reason.SERVER, gap.reason());
      assertEquals("5", gap.lastCursor());
      assertEquals(tooOld, gap.detail());
      assertInstanceOf(GapException.class, recorder.takeFailure());
    }
  }

  @Test
  void goneIsAGapAndTheCursorIsNotSentAgain() throws Exception {
    try (ServedLines server = ServedLines.then(410, List.of(), "{\"id\":1}\n")) {
      listen(Ndjson.stream(server.url()));

      assertGapAfterTheFirstEvent();
      server.take();
      assertEquals("/changes?since=1", server.take().target());
      assertEquals(2, server.requests());
    }
  }

  @Test
  void impossibleReplayIsAGap() throws Exception {
    List<String> headers = List.of("X-Replay-Not-Possible: true");
    try (ServedLines server = ServedLines.then(204, headers, "{\"id\":1}\n")) {
      listen(Ndjson.stream(server.url()));

      assertGapAfterTheFirstEvent();
    }
  }

  private void assertGapAfterTheFirstEvent() {
    recorder.assertEvents("{\"id\":1}");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SERVER, gap.reason());
    assertEquals("1", gap.lastCursor());
    assertInstanceOf(GapException.class, recorder.takeFailure());
  }

  @Test
  void streamContinuesWithoutTheCursorAfterAGap() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          List<String> type = List.of("Content-Type: application/x-ndjson");
          if (exchange.request().queryParameter("since") != null) {
            exchange.answer(410, List.of(), "");
          } else {
            exchange.answer(200, type, "{\"id\":1}\n");
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      listen(Ndjson.stream(server.uri("/c").toString()).withGapPolicy(GapPolicy.liveOnly()));

      recorder.takeEvent();
      assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
      recorder.close();
      assertEquals("1", server.requests().get(1).queryParameter("since"));
    }
  }

  @Test
  void wrongContentTypeIsNeverParsed() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> exchange.answer(200, List.of("Content-Type: text/html"), "{\"id\":1}\n");
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      listen(Ndjson.stream(server.uri("/").toString()));

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.CONTENT_TYPE, failure.reason());
      assertTrue(
          failure.getMessage().contains("Expected content type application/x-ndjson or"),
          failure::getMessage);
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void holeInTheNumbersIsAGap() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"id\":2}\n{\"id\":4}\n")) {
      listen(
          Ndjson.builder(server.url()).sequence(Json.field("/id")).stream()
              .withGapPolicy(GapPolicy.liveOnly()));

      recorder.takeEvent();
      recorder.takeEvent();
      Gap gap = recorder.takeGap();
      assertEquals(1, gap.missed());
      assertNull(gap.sequenceKey());
      recorder.close();
    }
  }

  private static EventStream<String> kubernetes(ServedLines server) {
    return Ndjson.builder(server.url("/watch?resourceVersion=0"))
        .cursor(Json.field("/object/metadata/resourceVersion"))
        .cursorParameter("resourceVersion")
        .classify(
            payload ->
                IS_BOOKMARK.test(payload)
                    ? Payload.Kind.CURSOR
                    : IS_TOO_OLD.test(payload) ? Payload.Kind.GAP : Payload.Kind.EVENT)
        .stream();
  }

  private static String event(String version) {
    return object("MODIFIED", version);
  }

  private static String bookmark(String version) {
    return object("BOOKMARK", version);
  }

  private static String object(String type, String version) {
    return "{\"type\":\""
        + type
        + "\",\"object\":{\"metadata\":{\"resourceVersion\":\""
        + version
        + "\"}}}\n";
  }

  private void listen(EventStream<String> stream) {
    stream
        .withRetry(RetryPolicy.fixed(ofMillis(1)))
        .withObserver(observer)
        .subscribe(recorder.listener());
  }
}
