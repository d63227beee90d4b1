package dev.perennial.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload.Kind;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the bytes of a body to frames, within limits. */
class BodyTest {

  @Test
  void framesComeInOrderAndThenTheEnd() throws Exception {
    try (MockWebServer server = serving("a\n:\nb\nrest");
        StreamConnection connection = Lines.builder(server.url("/")).open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals(Kind.HEARTBEAT, connection.read(Lines.PATIENT).kind());
      assertEquals("b", Lines.read(connection));
      assertNull(Lines.read(connection));
      assertNull(Lines.read(connection));
      assertEquals(10, connection.bytesRead());
    }
  }

  @Test
  void aFrameComesWithItsLastByte() throws Exception {
    CountDownLatch firstIsRead = new CountDownLatch(1);
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  peer.write("a");
                  peer.write("\n");
                  Background.await(firstIsRead);
                  peer.write("b\n");
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      assertEquals("a", Lines.read(connection));
      firstIsRead.countDown();
      assertEquals("b", Lines.read(connection));
    }
  }

  @Test
  void nothingIsReadBeforeItIsAskedFor() throws Exception {
    try (MockWebServer server = serving("a\nb\n");
        StreamConnection connection = Lines.builder(server.url("/")).open()) {
      assertEquals(0, connection.bytesRead());
      assertEquals("a", Lines.read(connection));
      assertEquals(4, connection.bytesRead());
    }
  }

  @Test
  void theTimeOfTheLastByteIsTheOpenUntilOneComes() throws Exception {
    try (MockWebServer server = serving("a\n")) {
      long before = System.nanoTime();
      try (StreamConnection connection = Lines.builder(server.url("/")).open()) {
        long opened = connection.lastByteNanos();
        assertTrue(opened - before > 0);

        Lines.read(connection);

        assertTrue(connection.lastByteNanos() - opened > 0);
        assertTrue(System.nanoTime() - connection.lastByteNanos() >= 0);
      }
    }
  }

  @Test
  void aPauseOfTheConsumerIsNoTimeOfWaiting() throws Exception {
    try (MockWebServer server = serving("a\n");
        StreamConnection connection = Lines.builder(server.url("/")).endsWithBody().open()) {
      assertEquals(connection.lastByteNanos(), connection.waitingSinceNanos());
      new CountDownLatch(1).await(100, MILLISECONDS);

      Lines.read(connection);

      long waited = connection.lastByteNanos() - connection.waitingSinceNanos();
      assertTrue(waited >= 0 && waited < MILLISECONDS.toNanos(90), waited + " ns");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1", "h2"})
  void silenceEndsAReadAndSaysHowLongItWas(String protocol) throws Exception {
    try (StalledServer server = StalledServer.after("a\n", protocol);
        StreamConnection connection = server.open()) {
      assertEquals("a", Lines.read(connection));
      long start = System.nanoTime();

      SocketTimeoutException e =
          assertThrows(
              SocketTimeoutException.class, () -> connection.read(Lines.within(120, 10_000)));

      assertEquals("No byte came from " + server.url() + " for 120 ms", e.getMessage());
      long tookMillis = NANOSECONDS.toMillis(System.nanoTime() - start);
      assertTrue(tookMillis >= 115 && tookMillis < 5_000, tookMillis + " ms");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1", "h2"})
  void aPausedReaderIsNeverStale(String protocol) throws Exception {
    try (StalledServer server = StalledServer.after("a\nb\nc", protocol);
        StreamConnection connection = server.open()) {
      Deadlines limits = Lines.within(150, 150);
      assertEquals("a", connection.read(limits).text());

      // Three times longer than either limit; the next read starts them anew.
      new CountDownLatch(1).await(450, MILLISECONDS);

      assertEquals("b", connection.read(limits).text());
      assertThrows(IOException.class, () -> connection.read(limits));
    }
  }

  @Test
  void anOpenConnectionThatNobodyReadsIsNotStale() throws Exception {
    try (MockWebServer server = serving("a\n");
        StreamConnection connection = Lines.builder(server.url("/")).open()) {
      new CountDownLatch(1).await(300, MILLISECONDS);

      assertEquals("a", connection.read(Lines.within(100, 100)).text());
    }
  }

  @Test
  void oneEventMayNotTakeForEver() throws Exception {
    CountDownLatch isOver = new CountDownLatch(1);
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  peer.write("a\n");
                  while (!isOver.await(5, MILLISECONDS)) {
                    peer.write("x");
                  }
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      assertEquals("a", Lines.read(connection));

      TransportException e =
          assertThrows(TransportException.class, () -> connection.read(Lines.within(10_000, 100)));

      assertEquals(Reason.STALLED, e.reason());
      assertEquals(
          "Expected the end of an event from " + server.url() + " within 100 ms of reading",
          e.getMessage());
    } finally {
      isOver.countDown();
    }
  }

  @Test
  void anEventThatStopsInTheMiddleIsStalledWhenThatLimitIsShorter() throws Exception {
    try (StalledServer server = StalledServer.after("a\nhalf", "h1");
        StreamConnection connection = server.open()) {
      assertEquals("a", Lines.read(connection));

      TransportException e =
          assertThrows(TransportException.class, () -> connection.read(Lines.within(10_000, 60)));

      assertEquals(Reason.STALLED, e.reason());
    }
  }

  @Test
  void linesOfAnEventDoNotExtendItsTime() throws Exception {
    CountDownLatch isOver = new CountDownLatch(1);
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  while (!isOver.await(20, MILLISECONDS)) {
                    peer.write("&\n");
                  }
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      TransportException e =
          assertThrows(
              TransportException.class,
              () -> {
                for (int i = 0; i < 200; i++) {
                  connection.read(Lines.within(10_000, 200));
                }
              });

      assertEquals(Reason.STALLED, e.reason());
    } finally {
      isOver.countDown();
    }
  }

  @Test
  void onlyTheTimeSpentReadingCountsForAnEvent() throws Exception {
    CountDownLatch secondHalf = new CountDownLatch(1);
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  peer.write(":\nfirst half, ");
                  Background.await(secondHalf);
                  peer.write("second half\n");
                  peer.awaitClose();
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      Deadlines limits = Lines.within(10_000, 250);
      assertEquals(Kind.HEARTBEAT, connection.read(limits).kind());
      // Much longer than the limit, but nobody is in read().
      new CountDownLatch(1).await(400, MILLISECONDS);
      secondHalf.countDown();

      assertEquals("first half, second half", connection.read(limits).text());
    }
  }

  @Test
  void manySlowEventsAreNotOneSlowEvent() throws Exception {
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  for (int i = 0; i < 40; i++) {
                    peer.write("event ");
                    new CountDownLatch(1).await(30, MILLISECONDS);
                    peer.write(i + "\n");
                  }
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      for (int i = 0; i < 40; i++) {
        assertEquals("event " + i, connection.read(Lines.within(10_000, 1_000)).text());
      }
    }
  }

  @Test
  void limitsWithoutEndAreAllowed() throws Exception {
    try (MockWebServer server = serving("a\n");
        StreamConnection connection = Lines.builder(server.url("/")).open()) {
      assertEquals("a", connection.read(new Deadlines(Long.MAX_VALUE, Long.MAX_VALUE)).text());
    }
  }

  @Test
  void aChunkHeaderThatNeverEndsIsSilence() throws Exception {
    CountDownLatch isOver = new CountDownLatch(1);
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.readHead();
                  peer.write(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/lines\r\n"
                          + "Transfer-Encoding: chunked\r\n\r\n1;x=");
                  while (!isOver.await(5, MILLISECONDS)) {
                    peer.write("x");
                  }
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      assertThrows(SocketTimeoutException.class, () -> connection.read(Lines.within(150, 10_000)));
    } finally {
      isOver.countDown();
    }
  }

  @Test
  void aResetIsNamed() throws Exception {
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  peer.write("a\npart");
                  peer.reset();
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      TransportException e = failureOfReads(connection);

      assertEquals(Reason.RESET, e.reason());
      assertEquals(
          "The connection to " + server.url() + " broke: the connection was reset", e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 100\r\n\r\na\nshort",
        "Transfer-Encoding: chunked\r\n\r\n20\r\na\nshort",
        "Transfer-Encoding: chunked\r\n\r\n2\r\na\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\na\n\r\nzz\r\n"
      })
  void aBodyThatIsCutIsNoOrderlyEnd(String rest) throws Exception {
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.readHead();
                  peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/lines\r\n" + rest);
                });
        StreamConnection connection = Lines.builder(server.url()).open()) {
      assertEquals(Reason.RESET, failureOfReads(connection).reason());
    }
  }

  @Test
  void aCutOverHttp2IsNamed() throws Exception {
    try (MockWebServer server = http2Server()) {
      server.enqueue(
          new MockResponse.Builder()
              .addHeader("Content-Type", Lines.TYPE)
              .body("a\n".repeat(20_000))
              .onResponseBody(new SocketEffect.CloseStream(8))
              .build());

      try (StreamConnection connection =
          Lines.builder(server.url("/")).client(http2Client()).open()) {
        assertEquals(Reason.RESET, failureOfReads(connection).reason());
      }
    }
  }

  @Test
  void http2BodiesAreReadLikeOthers() throws Exception {
    try (MockWebServer server = http2Server()) {
      server.enqueue(
          new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), "a\n".repeat(50_000)));

      try (StreamConnection connection =
          Lines.builder(server.url("/")).client(http2Client()).open()) {
        int events = 0;
        while (connection.read(Lines.PATIENT) != null) {
          events++;
        }
        assertEquals(50_000, events);
        assertEquals(100_000, connection.bytesRead());
      }
      assertEquals(List.of("h2_prior_knowledge"), List.of(server.getProtocols().get(0).toString()));
    }
  }

  @Test
  void anInterruptEndsAReadAndStaysSet() throws Exception {
    try (StalledServer server = StalledServer.after("a\n", "h1");
        StreamConnection connection = server.open()) {
      Background<Boolean> engine =
          Background.call(
              () -> {
                assertEquals("a", Lines.read(connection));
                Thread.currentThread().interrupt();
                assertThrows(InterruptedIOException.class, () -> connection.read(Lines.PATIENT));
                return Thread.currentThread().isInterrupted();
              });

      assertTrue(engine.get());
    }
  }

  @Test
  void aConnectionIsNotUsedAgainForAnotherStream() throws Exception {
    try (MockWebServer server = serving("a\n")) {
      server.enqueue(new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), "b\n"));
      OkHttpClient client = new OkHttpClient();
      Lines.Builder builder = Lines.builder(server.url("/")).client(client);
      for (String expected : List.of("a", "b")) {
        try (StreamConnection connection = builder.open()) {
          assertEquals(expected, Lines.read(connection));
          assertNull(Lines.read(connection));
        }
      }

      assertEquals(0, server.takeRequest().getExchangeIndex());
      assertEquals(0, server.takeRequest().getExchangeIndex());
      assertEquals(0, client.connectionPool().connectionCount());
    }
  }

  @Test
  void readBeforeOpenIsAMistake() throws Exception {
    try (StreamConnection connection =
        Lines.builder("http://127.0.0.1:1/").connection(new TestAttempt())) {
      assertThrows(IllegalStateException.class, () -> connection.read(Lines.PATIENT));
    }
  }

  @Test
  void theFramerGetsTheLimit() throws Exception {
    try (MockWebServer server = serving("12345");
        StreamConnection connection = Lines.builder(server.url("/")).maxEventBytes(4).open()) {
      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));

      assertEquals(Reason.LIMIT, e.reason());
      assertFalse(e.isPermanent());
    }
  }

  private static TransportException failureOfReads(StreamConnection connection) {
    return assertThrows(
        TransportException.class,
        () -> {
          Frame frame;
          do {
            frame = connection.read(Lines.PATIENT);
          } while (frame != null);
        });
  }

  private static MockWebServer serving(String body) throws IOException {
    MockWebServer server = new MockWebServer();
    server.start();
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), body));
    return server;
  }

  private static MockWebServer http2Server() throws IOException {
    MockWebServer server = new MockWebServer();
    server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    server.start();
    return server;
  }

  static OkHttpClient http2Client() {
    return new OkHttpClient.Builder()
        .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
        .connectTimeout(5, TimeUnit.SECONDS)
        .build();
  }
}
