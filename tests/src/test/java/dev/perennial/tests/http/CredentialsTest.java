package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.http.Credentials;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.ServedRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A credential that the server refuses is replaced once, for all who use it. */
class CredentialsTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final List<String> NO_HEADERS = List.of();

  private final EventRecorder<String> recorder = recorder();
  private final AtomicInteger asked = new AtomicInteger();
  private final Credentials numbered = () -> "Bearer token-" + asked.incrementAndGet();

  @Test
  void aRefusedCredentialIsReplacedAndTheStreamGoesOnFromItsPosition() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("one");
    try (FakeSseServer server = FakeSseServer.start(log)) {
      Sse.builder(server.uri("/").toString()).credentials(numbered).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(10)))
          .subscribe(recorder.listener());
      String first = recorder.takeEvent().id();
      server.answerNext(401, NO_HEADERS, "");

      server.endAll();

      assertShown(server.takeRequest(PATIENCE), 200, null, "Bearer token-1");
      assertShown(server.takeRequest(PATIENCE), 401, first, "Bearer token-1");
      assertShown(server.takeRequest(PATIENCE), 200, first, "Bearer token-2");
      log.append("two");
      recorder.assertEvents("two");
      recorder.close();
    }
  }

  private static void assertShown(
      ServedRequest served, int status, @Nullable String cursor, String authorization) {
    assertEquals(status, served.status());
    assertEquals(cursor, served.cursor());
    assertEquals(List.of(authorization), served.request().headers("Authorization"));
  }

  @Test
  void theFreshCredentialIsTriedAtOnce() throws Exception {
    try (LoopbackServer server = accepting("Bearer token-2")) {
      stream(server, RetryPolicy.never(), numbered);

      recorder.assertEvents("Bearer token-2");
      assertEquals(
          List.of("Connecting", "Connecting", "Open"),
          recorder.states().stream().map(state -> state.getClass().getSimpleName()).toList());
      recorder.close();
    }
  }

  @Test
  void aRefusedFreshCredentialIsFatal() throws Exception {
    try (LoopbackServer server = accepting("nothing")) {
      stream(server, RetryPolicy.fixed(ofMillis(1)), numbered);

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.CREDENTIALS, failure.reason());
      assertEquals(401, failure.code());
      assertEquals(
          "A fresh credential was refused too; look at what the credentials may read here:"
              + " Expected status 200 but was 401 from "
              + server.uri("/")
              + " (check the credentials)",
          failure.getMessage());
      assertEquals(2, server.requests().size());
      assertEquals(2, asked.get());
      recorder.assertExhausted();
    }
  }

  @Test
  void refusalWithoutCredentialsIsFatal() throws Exception {
    try (LoopbackServer server = accepting("Bearer token-1")) {
      Sse.stream(server.uri("/").toString()).subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.HTTP_STATUS, failure.reason());
      assertEquals(401, failure.code());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void theCallersTableMayAskForAFreshCredential() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("one");
    try (FakeSseServer server = FakeSseServer.start(log)) {
      server.answerNext(403, NO_HEADERS, "");
      Sse.builder(server.uri("/").toString()).credentials(numbered).stream()
          .withRetry(RetryPolicy.never().onStatus(403, RetryPolicy.Action.REFRESH_CREDENTIALS))
          .subscribe(recorder.listener());

      recorder.assertEvents("one");
      assertEquals(2, asked.get());
      recorder.close();
    }
  }

  @Test
  void fiftySubscriptionsWithAnExpiredTokenAskOnce() throws Exception {
    try (LoopbackServer server = accepting("Bearer token-2")) {
      List<EventRecorder<String>> recorders = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        EventRecorder<String> each = recorder();
        recorders.add(each);
        Sse.builder(server.uri("/" + i).toString()).credentials(numbered).stream()
            .withRetry(RetryPolicy.never())
            .subscribe(each.listener());
      }

      for (EventRecorder<String> each : recorders) {
        each.assertEvents("Bearer token-2");
      }

      assertEquals(2, asked.get());
      recorders.forEach(EventRecorder::close);
    }
  }

  @Test
  void aLateRefusalOfAnOlderCredentialTakesTheNewerOne() throws Exception {
    CountDownLatch isRefreshed = new CountDownLatch(1);
    LoopbackServer.Handler handler =
        exchange -> {
          if (isShown(exchange, "Bearer token-2")) {
            streamTo(exchange);
          } else {
            if (exchange.request().path().equals("/late")) {
              isRefreshed.await();
            }
            exchange.answer(401, NO_HEADERS, "");
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      EventRecorder<String> late = recorder();
      Sse.builder(server.uri("/late").toString()).credentials(numbered).stream()
          .withRetry(RetryPolicy.never())
          .subscribe(late.listener());
      assertEquals("Bearer token-1", server.takeRequest(PATIENCE).header("Authorization"));
      stream(server, RetryPolicy.never(), numbered);
      recorder.assertEvents("Bearer token-2");

      isRefreshed.countDown();

      late.assertEvents("Bearer token-2");
      assertEquals(2, asked.get());
      late.close();
      recorder.close();
    }
  }

  @Test
  void credentialsThatHangFailTheAttemptInTime() throws Exception {
    CountDownLatch isOver = new CountDownLatch(1);
    try (LoopbackServer server = accepting("late")) {
      Sse.builder(server.uri("/").toString()).credentials(() -> await(isOver)).stream()
          .withAttemptTimeout(ofMillis(100))
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());

      assertEquals(Reason.ATTEMPT_TIMEOUT, recorder.takeFailure().reason());
      assertEquals(0, server.requests().size());
    } finally {
      isOver.countDown();
    }
  }

  @Test
  void closeDoesNotWaitForCredentialsAndTheNextSubscriptionHasTheirAnswer() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    CountDownLatch isOver = new CountDownLatch(1);
    Credentials slow =
        () -> {
          asked.incrementAndGet();
          isAsked.countDown();
          return await(isOver);
        };
    try (LoopbackServer server = accepting("late")) {
      EventRecorder<String> closed = recorder();
      StreamSubscription subscription =
          Sse.builder(server.uri("/").toString()).credentials(slow).stream()
              .subscribe(closed.listener());
      assertTrue(isAsked.await(20, TimeUnit.SECONDS));

      closed.close();

      assertTrue(subscription.awaitClosed(ofSeconds(1)));
      closed.assertExhausted();

      stream(server, RetryPolicy.never(), slow);
      isOver.countDown();

      recorder.assertEvents("late");
      assertEquals(1, asked.get());
      recorder.close();
    }
  }

  @Test
  void credentialsThatThrowAreAskedAgainAfterABackoff() throws Exception {
    IOException reason = new IOException("no network");
    Credentials unsteady =
        () -> {
          if (asked.incrementAndGet() == 1) {
            throw reason;
          }
          return "Bearer token";
        };
    try (LoopbackServer server = accepting("Bearer token")) {
      stream(server, RetryPolicy.fixed(ofMillis(1)), unsteady);

      recorder.assertEvents("Bearer token");

      StreamState.Waiting waiting =
          assertInstanceOf(StreamState.Waiting.class, recorder.states().get(1));
      assertEquals(Reason.CREDENTIALS, waiting.reason());
      StreamException cause = assertNotNull(waiting.cause());
      assertEquals(
          "Expected a credential but the Credentials threw java.io.IOException",
          cause.getMessage());
      assertSame(reason, cause.getCause());
      assertEquals(1, server.requests().size());
      recorder.close();
    }
  }

  private static <T> T assertNotNull(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("Expected a value but was null");
    }
    return value;
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "Bearer canary\r\nX: y", "canary\n", "canary\0"})
  void credentialMustBeAValidHeaderValue(@Nullable String value) throws Exception {
    try (LoopbackServer server = accepting("nothing")) {
      stream(server, RetryPolicy.never(), credentials(value));

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.CREDENTIALS, failure.reason());
      assertTrue(failure.getMessage().startsWith("Expected a value for Authorization"));
      assertFalse(failure.getMessage().contains("canary"), failure.getMessage());
      assertEquals(0, server.requests().size());
    }
  }

  @SuppressWarnings("NullAway") // What callers without null checks may do.
  private static Credentials credentials(@Nullable String value) {
    return () -> value;
  }

  @Test
  void aPostIsSentAgainWithItsBodyAfterARefusal() throws Exception {
    try (LoopbackServer server = accepting("Bearer token-2")) {
      Sse.builder(server.uri("/").toString())
          .post(RequestBody.create("{\"prompt\":1}", MediaType.get("application/json")))
          .endsAt(payload -> payload.text().equals("[DONE]"))
          .credentials(numbered)
          .stream()
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());

      recorder.assertEvents("Bearer token-2");

      List<ReceivedRequest> requests = server.requests();
      assertEquals(2, requests.size());
      for (ReceivedRequest request : requests) {
        assertEquals("POST /", request.toString());
        assertEquals("{\"prompt\":1}", request.bodyUtf8());
      }
      recorder.close();
    }
  }

  @Test
  void theRefusalOfAnotherOriginThatARedirectLedToIsNotOurs() throws Exception {
    try (LoopbackServer there = accepting("nothing");
        LoopbackServer here =
            LoopbackServer.start(
                exchange ->
                    exchange.answer(307, List.of("Location: " + there.uri("/moved")), ""))) {
      stream(here, RetryPolicy.fixed(ofMillis(1)), numbered);

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.HTTP_STATUS, failure.reason());
      assertEquals(401, failure.code());
      assertEquals(
          "Expected status 200 but was 401 from "
              + there.uri("/moved")
              + ", where "
              + here.uri("/")
              + " redirects to (a redirect led to this origin, which is shown no credentials of"
              + " another)",
          failure.getMessage());
      assertEquals("Bearer token-1", here.requests().get(0).header("Authorization"));
      assertEquals(1, there.requests().size());
      assertNull(there.requests().get(0).header("Authorization"));
      assertEquals(1, asked.get());
    }
  }

  private void stream(LoopbackServer server, RetryPolicy policy, Credentials credentials) {
    Sse.builder(server.uri("/").toString()).credentials(credentials).stream()
        .withRetry(policy)
        .subscribe(recorder.listener());
  }

  private static EventRecorder<String> recorder() {
    return EventRecorder.<String>create().waitingAtMost(PATIENCE);
  }

  /** Serves whoever shows this one event and no end; 401 for the others. */
  private static LoopbackServer accepting(String authorization) throws IOException {
    return LoopbackServer.start(
        exchange -> {
          if (isShown(exchange, authorization)) {
            streamTo(exchange);
          } else {
            exchange.answer(401, NO_HEADERS, "");
          }
        });
  }

  private static boolean isShown(Exchange exchange, String authorization) {
    return authorization.equals(exchange.request().header("Authorization"));
  }

  private static void streamTo(Exchange exchange) throws IOException, InterruptedException {
    String shown = exchange.request().header("Authorization");
    exchange.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: " + shown + "\n\n");
    exchange.awaitPeerClose(PATIENCE);
  }

  /** Waits and does not mind interrupts. */
  private static String await(CountDownLatch isOver) {
    while (true) {
      try {
        assertTrue(isOver.await(20, TimeUnit.SECONDS));
        return "late";
      } catch (InterruptedException e) {
        // The one who calls it cannot make it end.
      }
    }
  }
}
