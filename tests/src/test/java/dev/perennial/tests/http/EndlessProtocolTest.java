package dev.perennial.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.tests.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends what is no part of an answer for ever does not exhaust the memory. */
class EndlessProtocolTest {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String HEAD_OF_HINTS = "HTTP/1.1 103 Early Hints\r\n\r\n";
  private static final String INTERIM =
      "HTTP/1.1 103 Early Hints\r\nX: " + "y".repeat(60_000) + "\r\n\r\n";
  private static final long MOST_BYTES = 64L * 1024 * 1024;

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  @AfterEach
  void close() {
    recorder.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theExtensionOfAChunkIsLimited(boolean isCallersClient) throws Exception {
    assertLimited(HEAD + "f\r\nid: 1\ndata: a\n\n\r\n5;", "x".repeat(64 * 1024), isCallersClient);
    assertNamesTheServer();
  }

  @Test
  void trailersAreLimited() throws Exception {
    assertLimited(HEAD + "f\r\nid: 1\ndata: a\n\n\r\n0\r\nX: ", "x".repeat(64 * 1024), false);

    String message = String.valueOf(waiting().get().cause().getMessage());
    assertTrue(message.startsWith("Expected the trailers of the answer to have at most "), message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interimAnswersAreLimited(boolean isCallersClient) throws Exception {
    assertLimited("", INTERIM, isCallersClient);
  }

  /** TLS reads more of the socket than it gives, and no less. */
  @ParameterizedTest
  @ValueSource(strings = {HEAD + "f\r\nid: 1\ndata: a\n\n\r\n5;", HEAD_OF_HINTS})
  void theLimitsHoldOverTls(String first) throws Exception {
    AtomicLong sent = new AtomicLong();
    byte[] endless = (first.equals(HEAD_OF_HINTS) ? INTERIM : "x".repeat(60_000)).getBytes(UTF_8);
    TlsServer.Handler handler =
        (out, cut) -> {
          out.write(first.getBytes(UTF_8));
          sendEndless(out, endless, sent);
        };
    try (TlsServer server = TlsServer.start(handler)) {
      Sse.Builder builder = Sse.builder(server.url()).client(server.client());

      assertCut(builder, Reason.LIMIT, sent);
    }
  }

  /** OkHttp limits them itself. */
  @Test
  void theHeadersOfHttp2AreLimited() throws Exception {
    AtomicLong sent = new AtomicLong();
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(
        new byte[] {0, 1, 'x', 100}); // x, and 100 bytes as they are (RFC 7541, 6.2.2).
    header.writeBytes(new byte[100]);
    byte[] block = header.toByteArray();
    RawHttp2Server.Script script =
        (peer, stream) -> {
          peer.frame(RawHttp2Server.HEADERS, 0, stream, new byte[] {(byte) 0x88});
          while (sent.get() < MOST_BYTES) {
            peer.frame(RawHttp2Server.CONTINUATION, 0, stream, block);
            sent.addAndGet(block.length);
          }
        };
    try (RawHttp2Server server = RawHttp2Server.start(script)) {
      Sse.Builder builder = Sse.builder(server.url()).httpVersion(Protocol.H2_PRIOR_KNOWLEDGE);

      assertCut(builder, Reason.RESET, sent);
    }
  }

  private void assertLimited(String first, String then, boolean isCallersClient) throws Exception {
    AtomicLong sent = new AtomicLong();
    byte[] endless = then.getBytes(UTF_8);
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(first);
          sendEndless(exchange.output(), endless, sent);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.Builder builder = Sse.builder(server.uri("/").toString());
      if (isCallersClient) {
        builder.client(new OkHttpClient());
      }
      assertCut(builder, Reason.LIMIT, sent);
    }
  }

  private static void sendEndless(OutputStream out, byte[] endless, AtomicLong sent)
      throws IOException {
    while (sent.get() < MOST_BYTES) {
      out.write(endless);
      sent.addAndGet(endless.length);
    }
  }

  private void assertCut(Sse.Builder builder, Reason reason, AtomicLong sent) {
    builder.stream()
        .withRetry(RetryPolicy.fixed(ofHours(24)))
        .withStaleAfter(ofSeconds(30))
        .subscribe(recorder.listener());

    Eventually.holds("it is cut", () -> waiting().isPresent());
    assertEquals(reason, waiting().get().reason());
    assertTrue(sent.get() < MOST_BYTES, () -> "sent " + sent);
  }

  private void assertNamesTheServer() {
    String message = String.valueOf(waiting().get().cause().getMessage());
    assertTrue(
        message.matches("Expected a part of the answer from http://127.0.0.1:\\d+/ within .*"),
        message);
  }

  private Optional<StreamState.Waiting> waiting() {
    return recorder.states().stream()
        .filter(StreamState.Waiting.class::isInstance)
        .map(StreamState.Waiting.class::cast)
        .findFirst();
  }
}
