package dev.perennial.tests.sse;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that declare how they end, such as the tokens of a language model. */
class FiniteStreamTest {
  private static final Duration PATIENCE = ofSeconds(20);

  private final EventRecorder<Integer> recorder =
      EventRecorder.<Integer>create().waitingAtMost(PATIENCE);

  @Test
  void completesAtTheMarkerWithoutWaitingForTheEndOfTheBody() throws Exception {
    CountDownLatch isClosed = new CountDownLatch(1);
    LoopbackServer.Handler handler =
        exchange -> {
          open(exchange, "data: 1\n\ndata: 2\n\ndata: [DONE]\n\n");
          if (exchange.awaitPeerClose(PATIENCE)) {
            isClosed.countDown();
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      numbers(server).subscribe(recorder.listener());

      // The marker is no JSON: it was found before it was decoded.
      recorder.assertEvents(1, 2);
      recorder.assertCompleted();
      recorder.assertExhausted();
      assertTrue(isClosed.await(20, TimeUnit.SECONDS), "the connection is closed");
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void lastEventIsDeliveredAndCompletesAtOnce() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          open(exchange, "data: 1\n\nevent: done\ndata: 2\n\n");
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).endsAfter(last -> last.type().equals("done")).stream(
              Integer.class)
          .subscribe(recorder.listener());

      recorder.assertEvents(1, 2);
      recorder.assertCompleted();
    }
  }

  @Test
  void orderlyEndOfTheBodyCompletesWhenThatIsTheEnd() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(exchange -> answer(exchange, "data: 1\n\n"))) {
      Sse.builder(server.uri("/").toString()).endsWithBody().stream(Integer.class)
          .subscribe(recorder.listener());

      recorder.assertEvents(1);
      recorder.assertCompleted();
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void orderlyEndBeforeTheMarkerIsIncompleteAndNotAskedForAgain() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(exchange -> answer(exchange, "data: 1\n\n"))) {
      numbers(server).subscribe(recorder.listener());

      assertIncomplete(server);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Cut.class,
      names = {"FIN", "RST"})
  void cutBeforeTheMarkerIsIncompleteAndNotAskedForAgain(Cut how) throws Exception {
    CountDownLatch isRead = new CountDownLatch(1);
    recorder.onEvent(event -> isRead.countDown());
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                  + "Content-Length: 1000\r\n\r\ndata: 1\n\n");
          isRead.await(20, TimeUnit.SECONDS);
          exchange.cut(how);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      numbers(server).subscribe(recorder.listener());

      assertIncomplete(server);
    }
  }

  @Test
  void silenceBeforeTheMarkerIsIncompleteAndNotAskedForAgain() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          open(exchange, "data: 1\n\n");
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      numbers(server).withStaleAfter(ofMillis(200)).subscribe(recorder.listener());

      assertIncomplete(server);
    }
  }

  @Test
  void malformedEventIsNotAskedForFromTheBeginningAgain() throws Exception {
    String body = "data: 1\n\ndata: no number\n\ndata: [DONE]\n\n";
    try (LoopbackServer server = LoopbackServer.start(exchange -> answer(exchange, body))) {
      numbers(server).subscribe(recorder.listener());

      recorder.assertEvents(1);
      assertEquals(Reason.MALFORMED, recorder.takeFailure().reason());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void eventThatIsTooLargeIsNotAskedForFromTheBeginningAgain() throws Exception {
    String body = "data: 1\n\ndata: 1234567890123\n\ndata: [DONE]\n\n";
    try (LoopbackServer server = LoopbackServer.start(exchange -> answer(exchange, body))) {
      Sse.builder(server.uri("/").toString())
          .endsAt(marker -> marker.text().equals("[DONE]"))
          .maxEventBytes(10)
          .stream(Integer.class)
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      recorder.assertEvents(1);
      assertEquals(Reason.LIMIT, recorder.takeFailure().reason());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void connectionThatGrowsOldIsNotReplacedFromTheBeginning() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          open(exchange, "data: 1\n\n");
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      numbers(server).withMaxConnectionAge(ofMillis(500)).subscribe(recorder.listener());

      recorder.assertEvents(1);
      assertEquals(Reason.INCOMPLETE, recorder.takeFailure().reason());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void cutBodyIsNeverTheEndThatABodyHas() throws Exception {
    LoopbackServer.Handler handler =
        exchange ->
            exchange.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Content-Length: 1000\r\n\r\ndata: 1\n\n");
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).endsWithBody().stream(Integer.class)
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      assertIncomplete(server);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: 1\n\ndata: 2\n", "data: 1\n\ndata: 2"})
  void bodyThatEndsInsideAnEventIsIncomplete(String body) throws Exception {
    try (LoopbackServer server = LoopbackServer.start(exchange -> answer(exchange, body))) {
      withBody(server).subscribe(recorder.listener());

      assertIncompleteAfterOne("Expected the end of an event but ");
    }
  }

  @Test
  void bodyThatEndsWithItsConnectionIsIncomplete() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(exchange -> open(exchange, "data: 1\n\n"))) {
      withBody(server).subscribe(recorder.listener());

      assertIncompleteAfterOne("Expected a body with a length or chunks but ");
    }
  }

  @Test
  void markerWithoutABlankLineCanBeAccepted() throws Exception {
    String body = "data: 1\n\ndata: [DONE]\n";
    try (LoopbackServer server = LoopbackServer.start(exchange -> answer(exchange, body))) {
      Sse.builder(server.uri("/").toString())
          .lastEventWithoutBlankLine()
          .endsAt(marker -> marker.text().equals("[DONE]"))
          .stream(Integer.class)
          .subscribe(recorder.listener());

      recorder.assertEvents(1);
      recorder.assertCompleted();
    }
  }

  @Test
  void cutStreamWithACursorIsResumedUpToItsMarker() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          if ("a".equals(exchange.request().header("Last-Event-ID"))) {
            answer(exchange, "id: b\ndata: 2\n\ndata: [DONE]\n\n");
          } else {
            exchange.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Content-Length: 1000\r\n\r\nid: a\ndata: 1\n\n");
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      numbers(server).subscribe(recorder.listener());

      recorder.assertEvents(1, 2);
      recorder.assertCompleted();
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void attemptThatNeverOpenedIsTriedAgain() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          if (exchange.request().connection() == 1) {
            exchange.cut(Cut.RST);
          } else {
            answer(exchange, "data: 1\n\ndata: [DONE]\n\n");
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      numbers(server).subscribe(recorder.listener());

      recorder.assertEvents(1);
      recorder.assertCompleted();
    }
  }

  private void assertIncompleteAfterOne(String message) {
    recorder.assertEvents(1);
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.INCOMPLETE, failure.reason());
    assertTrue(String.valueOf(failure.getMessage()).startsWith(message), failure::toString);
  }

  private static EventStream<Integer> withBody(LoopbackServer server) {
    return Sse.builder(server.uri("/").toString()).endsWithBody().stream(Integer.class);
  }

  private void assertIncomplete(LoopbackServer server) {
    recorder.assertEvents(1);
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.INCOMPLETE, failure.reason());
    String expected = "Expected the declared end but " + server.uri("/") + " ended without it";
    assertTrue(String.valueOf(failure.getMessage()).startsWith(expected), failure::toString);
    recorder.assertExhausted();
    assertEquals(1, server.requests().size());
  }

  private static EventStream<Integer> numbers(LoopbackServer server) {
    return Sse.builder(server.uri("/").toString())
        .endsAt(marker -> marker.text().equals("[DONE]"))
        .stream(Integer.class)
        .withRetry(RetryPolicy.fixed(ofMillis(1)));
  }

  private static void open(Exchange exchange, String body) throws IOException {
    exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + body);
  }

  private static void answer(Exchange exchange, String body) throws IOException {
    exchange.answer(200, List.of("Content-Type: text/event-stream"), body);
  }
}
