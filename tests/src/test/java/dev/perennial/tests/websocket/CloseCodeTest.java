package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each close code of the server leads to. */
@Timeout(60)
class CloseCodeTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();

  /** Closes each connection after one message; the log never ends. */
  private static LoopbackServer closing(int code) throws Exception {
    AtomicInteger count = new AtomicInteger();
    return LoopbackServer.start(
        exchange -> {
          WebSocketExchange socket = WebSocketExchange.accept(exchange);
          socket.send(WebSocketFrame.text("{\"id\":" + count.incrementAndGet() + "}"));
          socket.send(
              code == WebSocketFrame.NO_CODE
                  ? WebSocketFrame.close()
                  : WebSocketFrame.close(code, "because"));
          socket.awaitClose(PATIENCE);
        });
  }

  private void subscribe(LoopbackServer server, RetryPolicy retry) {
    WebSockets.builder(server.uri("/").toString()).cursorParameter("since").stream()
        .withRetry(retry)
        .withObserver(observer)
        .subscribe(recorder.listener());
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, WebSocketFrame.NO_CODE})
  void plainCloseIsReconnectedFrom(int code) throws Exception {
    try (LoopbackServer server = closing(code)) {
      subscribe(server, QUICK);
      recorder.assertEvents("{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
      recorder.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, WebSocketFrame.NO_CODE})
  void plainCloseIsNotAFailureEvenWithoutAnEvent(int code) throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(
                  code == WebSocketFrame.NO_CODE
                      ? WebSocketFrame.close()
                      : WebSocketFrame.close(code, ""));
              socket.awaitClose(PATIENCE);
            })) {
      subscribe(server, QUICK.withMaxAttempts(2));
      Eventually.holds("it goes on", () -> server.requests().size() >= 4);
      recorder.close();
      recorder.assertExhausted();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, WebSocketFrame.NO_CODE})
  void plainCloseCompletesAStreamThatEndsWithIt(int code) throws Exception {
    try (LoopbackServer server = closing(code)) {
      WebSockets.builder(server.uri("/").toString()).endsWithClose().stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      recorder.assertEvents("{\"id\":1}");
      recorder.assertCompleted();
      assertTrue(recorder.subscription().isCompleted());
    }
  }

  @Test
  void otherCloseLeavesAStreamIncompleteThatEndsWithAPlainOne() throws Exception {
    try (LoopbackServer server = closing(1001)) {
      WebSockets.builder(server.uri("/").toString()).endsWithClose().stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      recorder.assertEvents("{\"id\":1}");
      assertEquals(Reason.INCOMPLETE, recorder.takeFailure().reason());
    }
  }

  @Test
  void plainCloseCompletesByARule() throws Exception {
    try (LoopbackServer server = closing(1000)) {
      subscribe(server, QUICK.onCloseCode(1000, Action.COMPLETE));
      recorder.assertEvents("{\"id\":1}");
      recorder.assertCompleted();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 1011, 1014, 3000, 4999})
  void connectionIsMadeAgain(int code) throws Exception {
    try (LoopbackServer server = closing(code)) {
      subscribe(server, QUICK);
      recorder.assertEvents("{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
      recorder.close();
      assertTrue(
          observer.lines("disconnected").get(0).contains("CLOSE_CODE"),
          () -> observer.lines().toString());
    }
  }

  @Test
  void endWithoutACloseFrameIs1006() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      WebSockets.builder(server.uri("/").toString()).cursorParameter("since").stream()
          .withRetry(QUICK.onCloseCode(1006, Action.FAIL))
          .subscribe(recorder.listener());
      recorder.takeEvent();
      server.cutAll(Cut.FIN);
      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.CLOSE_CODE, failure.reason());
      assertEquals(1006, failure.code());
    }
  }

  @ParameterizedTest
  @CsvSource({"1012, 5, 30", "1013, 30, 36"})
  void serverThatWantsTimeGetsIt(int code, int leastSeconds, int mostSeconds) throws Exception {
    CountDownLatch isScheduled = new CountDownLatch(1);
    observer.onCall(
        line -> {
          if (line.startsWith("retry")) {
            isScheduled.countDown();
          }
        });
    try (LoopbackServer server = closing(code)) {
      subscribe(server, QUICK);
      recorder.takeEvent();
      assertTrue(isScheduled.await(20, TimeUnit.SECONDS), () -> observer.lines().toString());
      Duration delay = observer.delays().get(0);
      assertTrue(
          delay.compareTo(ofSeconds(leastSeconds)) >= 0
              && delay.compareTo(ofSeconds(mostSeconds)) <= 0,
          delay::toString);
      recorder.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1002, 1003, 1007, 1010})
  void protocolErrorsAreRetriedThreeTimesWithoutProgress(int code) throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.close(code, ""));
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString()).cursorParameter("since").stream()
          .withRetry(QUICK)
          .withCursor("7")
          .subscribe(recorder.listener());
      StreamException failure = recorder.takeFailure();
      assertEquals(code, failure.code());
      assertEquals(4, server.requests().size());
    }
  }

  @Test
  void messageTooBigIsFatal() throws Exception {
    try (LoopbackServer server = closing(1009)) {
      subscribe(server, QUICK);
      recorder.takeEvent();
      StreamException failure = recorder.takeFailure();
      assertEquals(1009, failure.code());
      assertTrue(failure.getMessage().endsWith("with code 1009: because"), failure::getMessage);
    }
  }

  @Test
  void policyViolationRefreshesTheCredentialOnceAndIsThenFatal() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.close(1008, "who are you?"));
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString())
          .credentials(() -> "Bearer " + asked.incrementAndGet())
          .stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      StreamException failure = recorder.takeFailure(); // And no gap: nothing ever came.
      assertEquals(1008, failure.code());
      assertEquals(
          List.of("Bearer 1", "Bearer 2"),
          server.requests().stream().map(request -> request.header("Authorization")).toList());
    }
  }

  @Test
  void policyViolationWithoutCredentialsIsFatal() throws Exception {
    try (LoopbackServer server = closing(1008)) {
      subscribe(server, QUICK);
      recorder.takeEvent();
      assertEquals(1008, recorder.takeFailure().code());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void serversCloseIsAnsweredAtOnceWithItsCode() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      WebSockets.builder(server.uri("/").toString()).stream()
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());
      recorder.takeEvent();
      server.endAll();
      assertEquals(1001, server.takeCloseCode(PATIENCE));
      assertEquals(1001, recorder.takeFailure().code());
    }
  }

  @Test
  void peerThatNeverAnswersACloseIsLeftAfterAShortTime() throws Exception {
    CountDownLatch isGone = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("{\"id\":1}"));
              while (socket.read(PATIENCE) != null) {
                // Says nothing to anything.
              }
              isGone.countDown();
            })) {
      subscribe(server, QUICK);
      recorder.takeEvent();
      recorder.close();
      assertTrue(isGone.await(20, TimeUnit.SECONDS), "the socket is still open");
    }
  }
}
