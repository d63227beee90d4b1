package dev.perennial.tests.sse;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An id that a header would change is delivered, but never sent as another one. */
class UnsendableIdTest {
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  @ParameterizedTest
  @ValueSource(strings = {"a\u0001b", " 5", "5 ", "\u007f"})
  void isReportedAsAGapAndTheStreamGoesOnLive(String id) throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          assertNull(exchange.request().header("Last-Event-ID"));
          boolean isFirst = exchange.request().connection() == 1;
          exchange.answer(
              isFirst ? 200 : 204,
              List.of("Content-Type: text/event-stream"),
              isFirst ? "id: " + id + "\ndata: 1\n\n" : "");
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .withGapPolicy(GapPolicy.liveOnly())
          .subscribe(recorder.listener());

      assertEquals(id, recorder.takeEvent().id());
      Gap gap = recorder.takeGap();
      assertTrue(gap.detail().contains("Last-Event-ID"), gap::detail);
      recorder.assertCompleted();
      assertEquals(2, server.requests().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0001b", " 5"})
  void isReportedAsAGapAndEndsTheStreamByDefault(String id) throws Exception {
    LoopbackServer.Handler handler =
        exchange ->
            exchange.answer(
                200, List.of("Content-Type: text/event-stream"), "id: " + id + "\ndata: 1\n\n");
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      assertEquals(id, recorder.takeEvent().id());
      recorder.takeGap();
      assertEquals(Reason.GAP, recorder.takeFailure().reason());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void longIdIsSentWhereTheCallerAllowsIt() throws Exception {
    String id = "a".repeat(5_000);
    LoopbackServer.Handler handler =
        exchange -> {
          boolean isFirst = exchange.request().connection() == 1;
          exchange.answer(
              isFirst ? 200 : 204,
              List.of("Content-Type: text/event-stream"),
              isFirst ? "id: " + id + "\ndata: 1\n\n" : "");
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).maxCursorBytes(8 * 1024).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      assertEquals(id, recorder.takeEvent().id());
      recorder.assertCompleted();
      assertEquals(id, server.requests().get(1).header("Last-Event-ID"));
    }
  }
}
