package dev.perennial.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends what is no part of an answer for ever does not exhaust the memory. */
class EndlessProtocolTest {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
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
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interimAnswersAreLimited(boolean isCallersClient) throws Exception {
    String interim = "HTTP/1.1 103 Early Hints\r\nX: " + "y".repeat(60_000) + "\r\n\r\n";
    assertLimited("", interim, isCallersClient);
  }

  private void assertLimited(String first, String then, boolean isCallersClient) throws Exception {
    AtomicLong sent = new AtomicLong();
    byte[] endless = then.getBytes(UTF_8);
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(first);
          while (sent.get() < MOST_BYTES) {
            exchange.write(endless);
            sent.addAndGet(endless.length);
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.Builder builder = Sse.builder(server.uri("/").toString());
      if (isCallersClient) {
        builder.client(new OkHttpClient());
      }
      builder.stream()
          .withRetry(RetryPolicy.fixed(ofSeconds(60)))
          .withStaleAfter(ofSeconds(30))
          .subscribe(recorder.listener());

      Eventually.holds("it is cut", () -> waiting().isPresent());
      assertEquals(Reason.LIMIT, waiting().get().reason());
      assertTrue(sent.get() < MOST_BYTES, () -> "sent " + sent);
    }
  }

  private Optional<StreamState.Waiting> waiting() {
    return recorder.states().stream()
        .filter(StreamState.Waiting.class::isInstance)
        .map(StreamState.Waiting.class::cast)
        .findFirst();
  }
}
