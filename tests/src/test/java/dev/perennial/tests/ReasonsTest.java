package dev.perennial.tests;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Overflow;
import dev.perennial.RetryPolicy;
import dev.perennial.ServerError;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamListener;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.TransportException;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason ends a real subscription, and its message says what happened, where, and no more. */
class ReasonsTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final RetryPolicy NEVER = RetryPolicy.never();

  /** Part of every secret in a request; no message may contain it. */
  private static final String CANARY = "canary";

  /**
   * What ended a subscription.
   *
   * @param expected how its message must begin
   */
  private record Ended(StreamException failure, String expected) {}

  private final CompletableFuture<StreamException> ended = new CompletableFuture<>();

  @ParameterizedTest
  @EnumSource
  void reasonExplainsWhyTheSubscriptionEnded(Reason reason) throws Exception {
    Ended end = endedBy(reason);

    assertEquals(reason, end.failure.reason());
    String message = String.valueOf(end.failure.getMessage());
    assertTrue(
        message.startsWith(end.expected),
        () -> "Expected <" + end.expected + "> at the beginning of <" + message + ">");
    assertNoSecret(end.failure);
  }

  /** Without a default, so that a reason that is added does not compile before it is here. */
  private Ended endedBy(Reason reason) throws Exception {
    return switch (reason) {
      case ENDED -> ended();
      case CONNECT -> connect();
      case TLS -> tls();
      case CERTIFICATE -> certificate();
      case ATTEMPT_TIMEOUT -> attemptTimeout();
      case RESET -> reset();
      case STALE -> stale();
      case STALLED -> stalled();
      case HTTP_STATUS -> httpStatus();
      case SERVER_ERROR -> serverError();
      case CLOSE_CODE -> closeCode();
      case CONTENT_TYPE -> contentType();
      case PROTOCOL -> protocol();
      case CREDENTIALS -> credentials();
      case GAP -> gap();
      case MALFORMED -> malformed();
      case LIMIT -> limit();
      case OVERFLOW -> overflow();
      case INCOMPLETE -> incomplete();
      case POISON -> poison();
      case CURSOR_STORE -> cursorStore();
      case CONSUMER -> consumer();
      case INTERRUPTED -> interrupted();
      case INTERNAL -> internal();
    };
  }

  // ---- The server ----

  private Ended ended() throws Exception {
    RetryPolicy once =
        RetryPolicy.fixed(ofMillis(1))
            .onFailure(f -> f.reason() == Reason.ENDED, RetryPolicy.Action.FAIL);
    return over(
        exchange -> exchange.answer(200, List.of("Content-Type: text/event-stream"), ""),
        url -> builder(url).stream().withRetry(once),
        "The connection was ended by %s");
  }

  private Ended serverError() throws Exception {
    return over(
        exchange ->
            exchange.answer(
                200, List.of("Content-Type: text/event-stream"), "data: " + CANARY + " leads\n\n"),
        url -> builder(url).error(p -> ServerError.fatal(p.text())).stream(),
        "Expected an event but the server reported the error \"… leads\" from %s");
  }

  private Ended connect() throws Exception {
    LoopbackServer gone = LoopbackServer.start(exchange -> {});
    gone.close();
    return over(
        gone,
        url -> builder(url).stream().withRetry(NEVER),
        "Could not connect to %s: the connection was refused; check the port, and that the server"
            + " is running");
  }

  private Ended tls() throws Exception {
    // It answers 400 in plain text to what it takes for a bad request.
    try (LoopbackServer plain = LoopbackServer.start(exchange -> {})) {
      String url = url(plain).replace("http:", "https:");
      String shown = plain.uri("/ticks").toString().replace("http:", "https:");
      return new Ended(
          failureOf(builder(url).stream().withRetry(NEVER)), "TLS with " + shown + " failed: ");
    }
  }

  private Ended certificate() throws Exception {
    HeldCertificate unknown =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    HandshakeCertificates certificates =
        new HandshakeCertificates.Builder().heldCertificate(unknown).build();
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(certificates.sslSocketFactory());
      server.start();
      String url = "https://localhost:" + server.getPort() + "/ticks";
      return new Ended(
          failureOf(builder(url + "?token=" + CANARY).stream().withRetry(NEVER)),
          "TLS with "
              + url
              + " failed: the issuer of its certificate is not trusted;"
              + " check its chain, and the sslSocketFactory of the client");
    }
  }

  private Ended attemptTimeout() throws Exception {
    return over(
        exchange -> exchange.awaitPeerClose(PATIENCE),
        url -> builder(url).stream().withRetry(NEVER).withAttemptTimeout(ofMillis(100)),
        "Expected an answer from %s within 100 ms but got none");
  }

  private Ended reset() throws Exception {
    return over(
        exchange -> {
          open(exchange, "data: canary");
          exchange.cut(Cut.RST);
        },
        url -> builder(url).stream().withRetry(NEVER),
        "The connection to %s broke: the connection was reset");
  }

  private Ended stale() throws Exception {
    return over(
        ReasonsTest::openAndStay,
        url -> builder(url).stream().withRetry(NEVER).withStaleAfter(ofMillis(100)),
        "Expected a byte from %s within 100 ms but got none");
  }

  private Ended stalled() throws Exception {
    return over(
        ReasonsTest::openAndStay,
        url -> builder(url).stream().withRetry(NEVER).withStalledAfter(ofMillis(100)),
        "Expected an event from %s within 100 ms but got none");
  }

  private Ended httpStatus() throws Exception {
    return over(
        exchange -> exchange.answer(400, List.of("Content-Type: text/plain"), "no token=canary"),
        url -> builder(url).stream(),
        "Expected status 200 but was 400 from %s: no ");
  }

  /** No transport of a WebSocket is here yet: the closest to one is a script. */
  private Ended closeCode() throws Exception {
    VirtualTime time = VirtualTime.create();
    TransportException tooLarge =
        new TransportException(Reason.CLOSE_CODE, 1009, "Expected no close but was 1009", null);
    EventStream<String> scripted =
        EventStream.of(
            ScriptedTransport.of(time, ConnectionScript.opens().cut(tooLarge)), Decoder.text());
    scripted.withRuntime(time.runtime()).withObserver(observer()).subscribe(event -> {});
    time.run();
    return new Ended(failure(), "Expected no close but was 1009");
  }

  private Ended contentType() throws Exception {
    return over(
        exchange -> exchange.answer(200, List.of("Content-Type: text/html"), "<p>canary"),
        url -> builder(url).stream(),
        "Expected content type text/event-stream but was text/html from %s");
  }

  private Ended protocol() throws Exception {
    return over(
        exchange -> exchange.answer(302, List.of(), ""),
        url -> builder(url).stream(),
        "Expected a Location with the redirect but was none: 302 from %s");
  }

  private Ended credentials() throws Exception {
    return over(
        exchange -> exchange.answer(401, List.of(), ""),
        url -> Sse.builder(url).credentials(() -> "Bearer canary").stream(),
        "A fresh credential was refused too; look at what the credentials may read here: Expected"
            + " status 200 but was 401 from %s (check the credentials)");
  }

  private Ended gap() throws Exception {
    return over(
        exchange -> exchange.answer(410, List.of(), ""),
        url -> builder(url).stream().withCursor(CANARY),
        "Events are missing: The server cannot replay after the cursor: 410 from %s");
  }

  private Ended limit() throws Exception {
    return over(
        exchange -> {
          open(exchange, "data: canary-canary\n\n");
          exchange.awaitPeerClose(PATIENCE);
        },
        url -> builder(url).maxEventBytes(10).stream().withRetry(NEVER),
        "Expected an event or line of at most 10 bytes (maxEventBytes) but was at least 19 from"
            + " %s");
  }

  private Ended incomplete() throws Exception {
    return over(
        exchange ->
            exchange.answer(200, List.of("Content-Type: text/event-stream"), "data: canary\n\n"),
        url -> builder(url).endsAt(payload -> payload.text().equals("[DONE]")).stream(),
        "Expected the declared end but %s ended without it");
  }

  // ---- The decoder ----

  private Ended malformed() throws Exception {
    return over(
        ReasonsTest::sendOne,
        url -> builder(url).stream(Integer.class).withRetry(NEVER),
        "Expected an event that can be decoded from %s but was 6 bytes of type \"message\" with"
            + " id \"1\" at line 1, byte 0 of the connection, that begin with \"xxxxxx\": ");
  }

  private Ended poison() throws Exception {
    return over(
        ReasonsTest::sendOne,
        url ->
            builder(url).stream(Integer.class)
                .withCursor("0")
                .withRetry(RetryPolicy.fixed(ofMillis(1)).withFloor(ofMillis(1))),
        "The same cursor met the same failure 3 times: Expected an event that can be decoded from"
            + " %s but was ");
  }

  private Ended internal() throws Exception {
    return over(
        ReasonsTest::sendOne,
        url ->
            builder(url).stream(
                payload -> {
                  throw new OutOfMemoryError("no memory");
                }),
        "The subscription to %s failed: java.lang.OutOfMemoryError");
  }

  // ---- This side ----

  private Ended overflow() throws Exception {
    return over(
        exchange -> {
          open(exchange, "data: one\n\ndata: two\n\ndata: canary\n\n");
          exchange.awaitPeerClose(PATIENCE);
        },
        url -> builder(url).stream().withOverflow(Overflow.fail(2)).withDeliveryOn(task -> {}),
        "Expected no more than 2 events from %s to wait for the consumer but one more came");
  }

  private Ended cursorStore() throws Exception {
    CursorStore broken =
        new CursorStore() {
          @Override
          public @Nullable String load() throws IOException {
            throw new IOException("disk full");
          }

          @Override
          public void save(String cursor) {}

          @Override
          public String toString() {
            return "BrokenStore";
          }
        };
    return over(
        ReasonsTest::openAndStay,
        url -> builder(url).stream().withCursorStore(broken),
        "The cursor could not be loaded from BrokenStore: disk full");
  }

  private Ended consumer() throws Exception {
    StreamListener<String> defective =
        event -> {
          throw new IllegalStateException("defect");
        };
    try (LoopbackServer server = LoopbackServer.start(ReasonsTest::sendOne)) {
      builder(url(server)).stream().withObserver(observer()).subscribe(defective);
      return new Ended(failure(), "The consumer threw: java.lang.IllegalStateException: defect");
    }
  }

  private Ended interrupted() throws Exception {
    StreamListener<String> interrupting = event -> Thread.currentThread().interrupt();
    try (LoopbackServer server = LoopbackServer.start(ReasonsTest::sendOne)) {
      builder(url(server)).stream().withObserver(observer()).subscribe(interrupting);
      return new Ended(
          failure(),
          "The thread of the subscription to " + server.uri("/ticks") + " was interrupted");
    }
  }

  // ---- How ----

  private interface Subject {
    EventStream<?> streamOf(String url) throws Exception;
  }

  private Ended over(LoopbackServer.Handler handler, Subject subject, String expected)
      throws Exception {
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      return over(server, subject, expected);
    }
  }

  private Ended over(LoopbackServer server, Subject subject, String expected) throws Exception {
    String shown = server.uri("/ticks").toString();
    return new Ended(failureOf(subject.streamOf(url(server))), expected.replace("%s", shown));
  }

  private static String url(LoopbackServer server) {
    return "http://user:canary@127.0.0.1:" + server.port() + "/ticks?token=canary";
  }

  private static Sse.Builder builder(String url) {
    return Sse.builder(url).header("Authorization", "Bearer canary").header("X-Key", CANARY);
  }

  private StreamException failureOf(EventStream<?> stream) throws Exception {
    stream.withObserver(observer()).subscribe(event -> {});
    return failure();
  }

  private StreamException failure() throws Exception {
    return ended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private StreamObserver observer() {
    return new StreamObserver() {
      @Override
      public void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {
        if (failure == null) {
          ended.completeExceptionally(new AssertionError("Expected a failure but was completion"));
        } else {
          ended.complete(failure);
        }
      }
    };
  }

  private static void open(Exchange exchange, String body) throws IOException {
    exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + body);
  }

  private static void openAndStay(Exchange exchange) throws IOException, InterruptedException {
    open(exchange, "");
    exchange.awaitPeerClose(PATIENCE);
  }

  private static void sendOne(Exchange exchange) throws IOException, InterruptedException {
    open(exchange, "id: 1\ndata: events\n\n");
    exchange.awaitPeerClose(PATIENCE);
  }

  private static void assertNoSecret(StreamException failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    String shown = trace.toString().replaceAll("(?m)^\\s*at .*$", "");
    assertFalse(shown.contains(CANARY), shown);
  }
}
