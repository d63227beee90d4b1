package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The answer to a POST that is not sent again may take longer than an attempt. */
class PatientPostTest {
  private static final Duration ATTEMPT = ofMillis(300);
  private static final long THINKING_MILLIS = 900;

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  private static LoopbackServer thinking() throws Exception {
    return LoopbackServer.start(
        exchange -> {
          TimeUnit.MILLISECONDS.sleep(THINKING_MILLIS);
          exchange.answer(200, List.of("Content-Type: text/event-stream"), "data: a\n\n");
        });
  }

  private static Sse.Builder builder(LoopbackServer server) {
    return Sse.builder(server.uri("/").toString()).endsWithBody();
  }

  private static EventStream<String> impatient(Sse.Builder builder) {
    return builder.stream().withAttemptTimeout(ATTEMPT).withRetry(RetryPolicy.never());
  }

  @Test
  void attemptTimeoutDoesNotLimitTheAnswerToAPost() throws Exception {
    try (LoopbackServer server = thinking()) {
      impatient(builder(server).post(RequestBody.create("{}", null)))
          .subscribe(recorder.listener());

      recorder.assertEvents("a");
      recorder.assertCompleted();
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void attemptTimeoutLimitsTheAnswerToAGet() throws Exception {
    try (LoopbackServer server = thinking()) {
      impatient(builder(server)).subscribe(recorder.listener());

      assertEquals(Reason.ATTEMPT_TIMEOUT, recorder.takeFailure().reason());
    }
  }

  @Test
  void answerTimeoutLimitsTheAnswerToAPost() throws Exception {
    try (LoopbackServer server = thinking()) {
      impatient(builder(server).post(RequestBody.create("{}", null)).answerTimeout(ofMillis(400)))
          .subscribe(recorder.listener());

      assertEquals(Reason.ATTEMPT_TIMEOUT, recorder.takeFailure().reason());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void uploadDoesNotCountTowardsTheAnswer() throws Exception {
    RequestBody slow =
        new RequestBody() {
          @Override
          public @Nullable MediaType contentType() {
            return null;
          }

          @Override
          public void writeTo(BufferedSink sink) throws java.io.IOException {
            for (int i = 0; i < 4; i++) {
              sink.writeUtf8("part").flush();
              try {
                TimeUnit.MILLISECONDS.sleep(150);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
          }
        };
    LoopbackServer.Handler handler =
        exchange -> exchange.answer(200, List.of("Content-Type: text/event-stream"), "data: a\n\n");
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      impatient(builder(server).post(slow).resendAfterEvents()).subscribe(recorder.listener());

      recorder.assertEvents("a");
      recorder.assertCompleted();
    }
  }

  @Test
  void reconnectNowLeavesAPostAlone() throws Exception {
    CountDownLatch goesOn = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              exchange.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 18\r\n\r\n"
                      + "data: a\n\n");
              if (goesOn.await(20, TimeUnit.SECONDS)) {
                exchange.write("data: b\n\n");
              }
            })) {
      recorder.onEvent(
          event -> {
            recorder.subscription().reconnectNow();
            goesOn.countDown();
          });
      builder(server).post(RequestBody.create("{}", null)).stream().subscribe(recorder.listener());

      recorder.assertEvents("a", "b");
      recorder.assertCompleted();
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void readerTellsCompletedFromClosed() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> exchange.answer(200, List.of("Content-Type: text/event-stream"), "data: a\n\n");
    try (LoopbackServer server = LoopbackServer.start(handler);
        EventReader<String> whole = builder(server).stream().open();
        EventReader<String> cut = Sse.stream(server.uri("/").toString()).open()) {
      assertFalse(whole.isCompleted());
      assertEquals("a", whole.read().data());
      assertNull(whole.read());
      assertTrue(whole.isCompleted());
      whole.close();
      assertTrue(whole.isCompleted());

      assertEquals("a", cut.read().data());
      cut.close();
      assertNull(cut.read());
      cut.subscription().awaitClosed();
      assertFalse(cut.isCompleted());
      assertFalse(cut.subscription().isCompleted());
    }
  }
}
