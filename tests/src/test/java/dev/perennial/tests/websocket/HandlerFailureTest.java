package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.ControlHandler;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What follows what a handler throws. */
@Timeout(60)
class HandlerFailureTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();
  private final AtomicInteger asked = new AtomicInteger();
  private LoopbackServer server;

  /** Each connection has one control message. */
  @BeforeEach
  void start() throws IOException {
    server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("control"));
              socket.awaitClose(PATIENCE);
            });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void subscribe(ControlHandler handler, RetryPolicy retry) {
    WebSockets.builder(server.uri("/").toString())
        .credentials(() -> "Bearer " + asked.incrementAndGet())
        .classify(payload -> Payload.Kind.CONTROL)
        .onControl(handler)
        .stream()
        .withRetry(retry)
        .withObserver(observer)
        .subscribe(recorder.listener());
  }

  @Test
  void exceptionOfAHandlerIsFatal() {
    subscribe(
        (out, control) -> {
          throw new IllegalStateException("a defect");
        },
        QUICK);
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertEquals("a defect", failure.getCause().getMessage());
    assertTrue(failure.getMessage().endsWith("IllegalStateException"), failure::getMessage);
    assertEquals(1, server.requests().size());
  }

  @Test
  void ioExceptionOfAHandlerIsItsOwnFaultAndRetried() {
    subscribe(
        (out, control) -> {
          throw new IOException("no token now");
        },
        QUICK.withMaxAttempts(3));
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertEquals(3, server.requests().size());
  }

  @Test
  void serversRequestToReconnectIsNotAFailure() {
    subscribe(
        (out, control) -> {
          throw DisconnectException.reconnect("the server restarts");
        },
        QUICK.withMaxAttempts(2));
    Eventually.holds("it goes on", () -> server.requests().size() >= 4);
    recorder.close();
    assertEquals("disconnected ENDED", observer.lines("disconnected").get(0));
    recorder.assertExhausted(); // No gap was reported.
  }

  @Test
  void errorOfTheServerIsFinalWhereTheHandlerSaysSo() {
    subscribe(
        (out, control) -> {
          throw DisconnectException.fatal("banned");
        },
        QUICK);
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.SERVER_ERROR, failure.reason());
    assertTrue(failure.getMessage().contains("\"banned\" from ws"), failure::getMessage);
    assertEquals(1, server.requests().size());
  }

  @Test
  void errorOfTheServerIsRetriedWhereTheHandlerSaysSo() {
    subscribe(
        (out, control) -> {
          throw DisconnectException.retry("busy");
        },
        QUICK.withMaxAttempts(3));
    assertEquals(Reason.SERVER_ERROR, recorder.takeFailure().reason());
    assertEquals(3, server.requests().size());
  }

  @Test
  void credentialIsRefreshedWhereTheHandlerSaysSo() {
    subscribe(
        (out, control) -> {
          throw DisconnectException.refreshCredentials("expired");
        },
        QUICK);
    StreamException failure = recorder.takeFailure(); // The fresh one is refused as well.
    assertEquals(Reason.CREDENTIALS, failure.reason());
    assertEquals(
        List.of("Bearer 1", "Bearer 2"),
        server.requests().stream().map(request -> request.header("Authorization")).toList());
  }
}
