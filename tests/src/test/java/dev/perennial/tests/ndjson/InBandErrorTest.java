package dev.perennial.tests.ndjson;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.GapException;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.ServerError;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.EventRecorder;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An error that the server reports in place of an event. */
@Timeout(60)
class InBandErrorTest {
  private static final Predicate<Payload> IS_ERROR = Json.fieldEquals("/type", "ERROR");
  private static final String LEADER =
      "{\"type\":\"ERROR\",\"object\":{\"message\":\"etcdserver: leader changed\",\"code\":500}}\n";

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ServedLines.PATIENCE);

  @Test
  void errorObjectIsNotAnEventAndItsTextIsTheFailure() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n" + LEADER, "{\"id\":2}\n")) {
      listen(
          Ndjson.builder(server.url())
              .error(p -> IS_ERROR.test(p) ? ServerError.ofStatus(500, "leader changed") : null)
              .stream());

      recorder.assertEvents("{\"id\":1}", "{\"id\":2}");
      recorder.assertCompleted();
      assertFailure(Reason.HTTP_STATUS, 500, "leader changed");
    }
  }

  @Test
  void functionThatThrowsForAnErrorIsNotPoison() throws Exception {
    try (ServedLines server = ServedLines.of(LEADER, LEADER, LEADER, LEADER, "{\"id\":1}\n")) {
      listen(
          Ndjson.builder(server.url())
              .classify(
                  p -> {
                    if (IS_ERROR.test(p)) {
                      throw new IllegalStateException(p.text());
                    }
                    return Payload.Kind.EVENT;
                  })
              .stream()
              .withCursor("0"));

      recorder.assertEvents("{\"id\":1}");
      recorder.assertCompleted();
      assertFailure(Reason.HTTP_STATUS, 500, "etcdserver: leader changed");
    }
  }

  @Test
  void errorWithoutItsLineEndIsReported() throws Exception {
    String denied = "{\"error\":{\"code\":7,\"message\":\"permission denied\"}}";
    try (ServedLines server = ServedLines.of("{\"id\":1}\n" + denied, "{\"id\":2}\n")) {
      listen(Ndjson.stream(server.url()));

      recorder.assertEvents("{\"id\":1}", "{\"id\":2}");
      recorder.assertCompleted();
      assertFailure(Reason.SERVER_ERROR, -1, "\"permission denied\"");
    }
  }

  @Test
  void lastLineThatLooksLikeAnErrorIsDeliveredBeforeTheFailure() throws Exception {
    String error = "{\"errors\":[{\"detail\":\"operational disconnect\"}]}";
    try (ServedLines server = ServedLines.of(error + "\n", "{\"id\":2}\n")) {
      listen(Ndjson.stream(server.url()).withCursor("0"));

      recorder.assertEvents(error, "{\"id\":2}");
      recorder.assertCompleted();
      assertFailure(Reason.SERVER_ERROR, -1, "operational disconnect");
    }
  }

  @Test
  void errorsInARowUseUpTheAttempts() throws Exception {
    String error = "{\"error\":\"invalid subscription\"}";
    try (ServedLines server = ServedLines.of(error, error, error, error)) {
      Ndjson.stream(server.url())
          .withCursor("0")
          .withRetry(RetryPolicy.fixed(ofMillis(1)).withMaxAttempts(3))
          .subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.SERVER_ERROR, failure.reason());
      assertEquals(3, server.requests());
    }
  }

  @Test
  void fatalErrorEndsTheSubscription() throws Exception {
    try (ServedLines server = ServedLines.of("{\"no\":\"plan\"}\n")) {
      listen(
          Ndjson.builder(server.url())
              .error(p -> ServerError.fatal(Json.field("/no").apply(p)))
              .stream());

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.SERVER_ERROR, failure.reason());
      assertTrue(failure.getMessage().contains("\"plan\""), failure::getMessage);
      assertEquals(1, server.requests());
    }
  }

  @Test
  void goneIsAGap() throws Exception {
    try (ServedLines server = ServedLines.of("{\"id\":1}\n{\"gone\":true}\n")) {
      listen(
          Ndjson.builder(server.url())
              .error(
                  p ->
                      Json.fieldEquals("/gone", "true").test(p)
                          ? ServerError.ofStatus(410, "compacted")
                          : null)
              .stream());

      recorder.assertEvents("{\"id\":1}");
      recorder.takeGap();
      assertInstanceOf(GapException.class, recorder.takeFailure());
    }
  }

  @Test
  void serversDelayAfterAnErrorIsHonored() throws Exception {
    try (ServedLines server = ServedLines.of("{}\n")) {
      listen(
          Ndjson.builder(server.url())
              .error(p -> ServerError.retryable("busy").withNotBefore(ofSeconds(1)))
              .stream());

      recorder.assertCompleted();
      StreamState.Waiting waiting = waits().get(0);
      assertEquals(StreamState.DelayRule.RETRY_AFTER, waiting.rule());
    }
  }

  private void assertFailure(Reason reason, int code, String words) {
    StreamException failure =
        waits().stream()
            .map(StreamState.Waiting::cause)
            .filter(cause -> cause != null)
            .findFirst()
            .orElseThrow();
    assertEquals(reason, failure.reason());
    assertEquals(code, failure.code());
    assertTrue(failure.getMessage().contains(words), failure::getMessage);
  }

  private List<StreamState.Waiting> waits() {
    return recorder.states().stream()
        .filter(StreamState.Waiting.class::isInstance)
        .map(StreamState.Waiting.class::cast)
        .toList();
  }

  private void listen(EventStream<String> stream) {
    stream.withRetry(RetryPolicy.fixed(ofMillis(1))).subscribe(recorder.listener());
  }
}
