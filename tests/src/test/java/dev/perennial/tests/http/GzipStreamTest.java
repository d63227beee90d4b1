package dev.perennial.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** A compressed stream is as live as another one when its server flushes. */
class GzipStreamTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n";

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);

  @Test
  void eachEventComesWhenTheServerHasFlushedIt() throws Exception {
    CountDownLatch firstCame = new CountDownLatch(1);
    LoopbackServer.Handler handler =
        exchange -> {
          OutputStream body = compressed(exchange);
          body.write("id: 1\ndata: one\n\n".getBytes(UTF_8));
          body.flush();
          firstCame.await(20, TimeUnit.SECONDS);
          body.write("id: 2\ndata: two\n\n".getBytes(UTF_8));
          body.flush();
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      recorder.assertEvents("one");
      firstCame.countDown();
      recorder.assertEvents("two");
      recorder.close();
    }
  }

  @Test
  void aStreamThatIsCutGoesOnAfterTheLastEventThatCouldBeInflated() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          String cursor = exchange.request().header("Last-Event-ID");
          int next = cursor == null ? 1 : Integer.parseInt(cursor) + 1;
          OutputStream body = compressed(exchange);
          body.write(("id: " + next + "\ndata: " + next + "\n\n").getBytes(UTF_8));
          body.flush();
          exchange.cut(Cut.FIN);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      recorder.assertEvents("1", "2", "3");
      recorder.close();
      assertEquals("gzip", server.requests().get(0).header("Accept-Encoding"));
    }
  }

  private static OutputStream compressed(Exchange exchange) throws IOException {
    exchange.write(HEAD);
    return new GZIPOutputStream(exchange.output(), 512, /* syncFlush= */ true);
  }
}
