package dev.perennial.tests.sse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The default limits. */
class LimitsTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final int EIGHT_MEBIBYTES = 8 * 1024 * 1024;

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);

  @Test
  void eventOfEightMebibytesIsDelivered() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(exchange -> sendEventOf(EIGHT_MEBIBYTES, exchange))) {
      follow(server);

      Event<String> event = recorder.takeEvent();

      assertEquals(EIGHT_MEBIBYTES, event.data().length());
      recorder.close();
    }
  }

  @Test
  void eventOfOneByteMoreIsRefused() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(exchange -> sendEventOf(EIGHT_MEBIBYTES + 1, exchange))) {
      follow(server);

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.LIMIT, failure.reason());
      assertTrue(
          failure
              .getMessage()
              .startsWith("Expected an event or line of at most 8388608 bytes (maxEventBytes)"),
          failure::getMessage);
    }
  }

  @Test
  void endlessHeadersAreAFailedAttempt() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
          // Ends when the client has closed.
          while (true) {
            exchange.write("X-Padding: " + "x".repeat(1_000) + "\r\n");
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      follow(server);

      assertEquals(Reason.RESET, recorder.takeFailure().reason());
      assertEquals(1, server.requests().size());
    }
  }

  private void follow(LoopbackServer server) {
    Sse.stream(server.uri("/").toString())
        .withRetry(RetryPolicy.never())
        .subscribe(recorder.listener());
  }

  private static void sendEventOf(int bytes, Exchange exchange)
      throws IOException, InterruptedException {
    byte[] data = new byte[bytes];
    Arrays.fill(data, (byte) 'x');
    exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    exchange.write("data:".getBytes(US_ASCII));
    exchange.write(data);
    exchange.write("\n\n");
    exchange.awaitPeerClose(PATIENCE);
  }
}
