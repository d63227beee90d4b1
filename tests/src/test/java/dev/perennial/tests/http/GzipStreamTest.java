package dev.perennial.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.tests.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void membersMayFollowOneAnother() throws Exception {
    CountDownLatch firstCame = new CountDownLatch(1);
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(HEAD);
          exchange.write(member("id: 1\ndata: one\n\n"));
          firstCame.await(20, TimeUnit.SECONDS);
          byte[] second = member("id: 2\ndata: two\n\n");
          for (byte each : second) {
            exchange.write(new byte[] {each});
          }
          exchange.write(member(""));
          exchange.write(member("id: 3\ndata: three\n\n"));
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      recorder.assertEvents("one");
      firstCame.countDown();
      recorder.assertEvents("two", "three");
      recorder.close();
    }
  }

  @Test
  void allFieldsOfAHeaderAreSkipped() throws Exception {
    byte[] plain = member("data: one\n\n");
    ByteArrayOutputStream full = new ByteArrayOutputStream();
    full.write(plain, 0, 3);
    full.write(4 + 8 + 16); // An extra field, a name and a comment.
    full.write(plain, 4, 6);
    full.write(new byte[] {2, 0, 'e', 'x', 'n', 0, 'c', 0});
    full.write(plain, 10, plain.length - 10);
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(HEAD);
          exchange.write(full.toByteArray());
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      recorder.assertEvents("one");
      recorder.close();
    }
  }

  @Test
  void aNameWithoutEndIsALimit() throws Exception {
    AtomicLong sent = new AtomicLong();
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(HEAD);
          exchange.write(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3});
          byte[] name = new byte[16 * 1024];
          Arrays.fill(name, (byte) 'x');
          while (sent.get() < 64L * 1024 * 1024) {
            exchange.write(name);
            sent.addAndGet(name.length);
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      Eventually.holds("it is refused", () -> waiting().isPresent());
      assertEquals(StreamException.Reason.LIMIT, waiting().get().reason());
      assertEquals(
          "Expected at most 131072 bytes of a header of gzip but were more from " + server.uri("/"),
          String.valueOf(waiting().get().cause().getMessage()));
      recorder.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip;q=1", "GZIP ; q=1.0", "\"gzip\"", "none, x-gzip;q=1"})
  void aNameWithWhatDoesNotBelongToItIsStillGzip(String coding) throws Exception {
    byte[] body = member("id: 1\ndata: one\n\n");
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(HEAD.replace("gzip", coding));
          exchange.write(body);
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      recorder.assertEvents("one");
      recorder.close();
    }
  }

  @Test
  void aMemberThatAWholeBodyEndsWithinIsNamed() throws Exception {
    byte[] whole = member("id: 1\ndata: one\n\n");
    byte[] body = Arrays.copyOf(whole, whole.length - 6);
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(
              HEAD.replace("\r\n\r\n", "\r\nContent-Length: " + body.length + "\r\n\r\n"));
          exchange.write(body);
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      recorder.assertEvents("one");
      Eventually.holds("it is named", () -> waiting().isPresent());
      assertEquals(StreamException.Reason.RESET, waiting().get().reason());
      assertEquals(
          "Expected the rest of a member of gzip from " + server.uri("/") + " but the body is over",
          waiting().get().cause().getMessage());
      recorder.close();
    }
  }

  /** As servers answer that have nothing new. */
  @Test
  void anEmptyBodyIsAnEndInGoodOrder() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> exchange.write(HEAD.replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n"));
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      Eventually.holds("it waits", () -> waiting().isPresent());
      assertEquals(StreamState.DelayRule.ORDERLY_END, waiting().get().rule());
      recorder.close();
    }
  }

  @Test
  void whatDoesNotFitItsCheckIsNamed() throws Exception {
    byte[] damaged = member("id: 1\ndata: one\n\n");
    damaged[damaged.length - 5] ^= 1;
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write(HEAD);
          exchange.write(damaged);
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).gzip().stream().subscribe(recorder.listener());

      Eventually.holds("it is refused", () -> waiting().isPresent());
      assertEquals(StreamException.Reason.RESET, waiting().get().reason());
      String message = String.valueOf(waiting().get().cause().getMessage());
      assertTrue(message.startsWith("Expected the check of the data of gzip to be "), message);
      assertTrue(message.endsWith(" from " + server.uri("/")), message);
      recorder.close();
    }
  }

  private Optional<StreamState.Waiting> waiting() {
    return recorder.states().stream()
        .filter(StreamState.Waiting.class::isInstance)
        .map(StreamState.Waiting.class::cast)
        .findFirst();
  }

  private static byte[] member(String text) throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return member.toByteArray();
  }

  private static OutputStream compressed(Exchange exchange) throws IOException {
    exchange.write(HEAD);
    return new GZIPOutputStream(exchange.output(), 512, /* syncFlush= */ true);
  }
}
