package dev.perennial.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.attempt.BoundedDns;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Dns;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedDnsTest {
  private static final Duration SHORT = Duration.ofMillis(80);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void okHttpLooksUpOnTheThreadOfTheCallAndWeOnAnother(boolean fastFallback) throws Exception {
    try (MockWebServer server = serving()) {
      AtomicReference<Thread> lookup = new AtomicReference<>();
      OkHttpClient client =
          new OkHttpClient.Builder()
              .fastFallback(fastFallback)
              .dns(
                  hostname -> {
                    lookup.set(Thread.currentThread());
                    return List.of(InetAddress.getByName("127.0.0.1"));
                  })
              .build();

      named(server, "fast.test").client(client).open().close();

      assertEquals("perennial-dns-fast.test", lookup.get().getName());
      assertTrue(lookup.get().isDaemon());
    }
  }

  @Test
  void theAttemptsTimeCoversDns() {
    HangingDns dns = new HangingDns();

    TransportException e =
        assertThrows(
            TransportException.class,
            () -> lines("deadline.test", dns).open(TestAttempt.within(SHORT)));

    assertEquals(Reason.ATTEMPT_TIMEOUT, e.reason());
    assertEquals("Expected an address for deadline.test within 80 ms", e.getMessage());
    dns.release();
  }

  @Test
  void manyAttemptsHangInFewThreads() throws Exception {
    HangingDns dns = new HangingDns();
    Lines.Builder builder = lines("many.test", dns);

    for (int i = 0; i < 20; i++) {
      assertThrows(
          TransportException.class, () -> builder.open(TestAttempt.within(Duration.ofMillis(5))));
    }

    assertEquals(BoundedDns.MAX_THREADS_PER_NAME, dns.started.get());
    dns.release();
  }

  @Test
  void attemptsAtOnceShareALookup() throws Exception {
    try (MockWebServer server = serving()) {
      HangingDns dns = new HangingDns();
      Lines.Builder builder =
          named(server, "shared.test").client(new OkHttpClient.Builder().dns(dns).build());
      server.enqueue(stream());
      server.enqueue(stream());
      List<Background<Boolean>> attempts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        attempts.add(Background.run(() -> builder.open().close()));
      }
      for (Background<Boolean> attempt : attempts) {
        assertTrue(attempt.isStillRunning());
      }

      dns.release();

      for (Background<Boolean> attempt : attempts) {
        assertTrue(attempt.get());
      }
      assertEquals(1, dns.started.get());
    }
  }

  @Test
  void aLookupThatIsLostDoesNotHoldTheNextAttemptUp() throws Exception {
    try (MockWebServer server = serving()) {
      CountDownLatch lost = new CountDownLatch(1);
      AtomicInteger lookups = new AtomicInteger();
      Dns dns =
          hostname -> {
            if (lookups.incrementAndGet() == 1) {
              HangingDns.awaitUninterruptibly(lost);
            }
            return List.of(InetAddress.getByName("127.0.0.1"));
          };
      Lines.Builder builder =
          named(server, "lost.test").client(new OkHttpClient.Builder().dns(dns).build());
      assertThrows(TransportException.class, () -> builder.open(TestAttempt.within(SHORT)));

      builder.open().close();

      lost.countDown();
    }
  }

  @Test
  void aLookupThatHeedsTheInterruptDoesNotFailTheNextAttempt() throws Exception {
    try (MockWebServer server = serving()) {
      AtomicInteger lookups = new AtomicInteger();
      Dns dns =
          hostname -> {
            if (lookups.incrementAndGet() == 1) {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new UnknownHostException("interrupted");
              }
            }
            return List.of(InetAddress.getByName("127.0.0.1"));
          };
      Lines.Builder builder =
          named(server, "heeds.test").client(new OkHttpClient.Builder().dns(dns).build());
      assertThrows(TransportException.class, () -> builder.open(TestAttempt.within(SHORT)));

      builder.open().close();
    }
  }

  @Test
  void anUnknownHostIsAFailureToConnect() {
    TransportException e =
        assertThrows(
            TransportException.class,
            () ->
                lines(
                        "unknown.test",
                        hostname -> {
                          throw new UnknownHostException("canary");
                        })
                    .open());

    assertEquals(Reason.CONNECT, e.reason());
    assertEquals(
        "Could not connect to http://unknown.test/: the name of the host is not known; check the"
            + " name, and the network connection",
        e.getMessage());
    assertEquals("canary", e.getCause().getMessage());
  }

  @Test
  void aResolverWithADefectIsAFailureToConnect() {
    TransportException e =
        assertThrows(
            TransportException.class,
            () ->
                lines(
                        "defect.test",
                        hostname -> {
                          throw new IllegalStateException("defect");
                        })
                    .open());

    assertEquals(Reason.CONNECT, e.reason());
    assertEquals("defect", e.getCause().getCause().getMessage());
  }

  @Test
  void anErrorOfTheResolverStaysAnError() {
    StackOverflowError error = new StackOverflowError();
    assertSame(
        error,
        assertThrows(
            StackOverflowError.class,
            () ->
                lines(
                        "error.test",
                        hostname -> {
                          throw error;
                        })
                    .open()));
  }

  @Test
  void ofTwoAddressesTheGoodOneIsFoundInOneAttempt() throws Exception {
    try (MockWebServer server = serving()) {
      // Nobody listens on the second loopback address.
      Dns dns =
          hostname ->
              List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1"));

      named(server, "two.test").client(new OkHttpClient.Builder().dns(dns).build()).open().close();

      assertEquals(1, server.getRequestCount());
    }
  }

  @Test
  void anInterruptEndsTheWaitAndStaysSet() throws Exception {
    HangingDns dns = new HangingDns();
    Background<Boolean> engine =
        Background.call(
            () -> {
              assertThrows(InterruptedIOException.class, () -> lines("interrupt.test", dns).open());
              return Thread.currentThread().isInterrupted();
            });
    Background.await(dns.isAsked);

    engine.thread().interrupt();

    assertTrue(engine.get());
    dns.release();
  }

  @Test
  void anAsynchronousResolverIsCancelledWithTheAttempt() throws Exception {
    AsynchronousDns dns = new AsynchronousDns();
    StreamConnection connection = lines("async.test", dns).connection();
    Background<Boolean> opening = Background.run(connection::open);
    Background.await(dns.isAsked);

    connection.close();

    opening.failure(IOException.class);
    assertTrue(dns.isCancelled);
  }

  @Test
  void streamsShareAConnectionSinceTheirResolversAreEqual() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
      server.start();
      server.enqueue(live());
      server.enqueue(live());
      OkHttpClient client = new OkHttpClient.Builder().dns(new LoopbackDns()).build();
      // Each builder makes its own transport, with a client of its own.
      try (StreamConnection first = http2(server, client).open();
          StreamConnection second = http2(server, client).open()) {
        assertEquals("a", Lines.read(first));
        assertEquals("a", Lines.read(second));
      }

      assertEquals(0, server.takeRequest().getExchangeIndex());
      assertEquals(1, server.takeRequest().getExchangeIndex());
    }
  }

  private static Lines.Builder http2(MockWebServer server, OkHttpClient client) {
    return named(server, "pooled.test").client(client).httpVersion(Protocol.H2_PRIOR_KNOWLEDGE);
  }

  /** A stream that does not end. */
  private static MockResponse live() {
    return new MockResponse.Builder()
        .headers(Headers.of("Content-Type", Lines.TYPE))
        .body(new LiveBody("a\n"))
        .build();
  }

  @Test
  void equalityIsThatOfTheDelegate() {
    Dns dns = new LoopbackDns();

    assertEquals(new BoundedDns(dns), new BoundedDns(dns));
    assertEquals(new BoundedDns(dns).hashCode(), new BoundedDns(dns).hashCode());
    assertNotEquals(new BoundedDns(dns), new BoundedDns(new LoopbackDns()));
    assertFalse(new BoundedDns(dns).equals((Object) dns));
  }

  @Test
  void outsideOfAnAttemptItIsTheDelegate() throws Exception {
    assertEquals(
        List.of(InetAddress.getByName("127.0.0.1")),
        new BoundedDns(new LoopbackDns()).lookup("any.test"));
  }

  private static Lines.Builder lines(String host, Dns dns) {
    return Lines.builder("http://" + host + "/")
        .client(new OkHttpClient.Builder().dns(dns).build());
  }

  private static Lines.Builder named(MockWebServer server, String host) {
    return Lines.builder(server.url("/").newBuilder().host(host).build());
  }

  private static MockWebServer serving() throws IOException {
    MockWebServer server = new MockWebServer();
    server.start(InetAddress.getByName("127.0.0.1"), 0);
    server.enqueue(stream());
    return server;
  }

  private static MockResponse stream() {
    return new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), "a\n");
  }

  private static final class LoopbackDns implements Dns {
    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
      return List.of(InetAddress.getByName("127.0.0.1"));
    }
  }

  /** As the system's: it knows no interrupts. */
  private static final class HangingDns implements Dns {
    final AtomicInteger started = new AtomicInteger();
    final CountDownLatch isAsked = new CountDownLatch(1);
    private final CountDownLatch isReleased = new CountDownLatch(1);

    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
      started.incrementAndGet();
      isAsked.countDown();
      awaitUninterruptibly(isReleased);
      return List.of(InetAddress.getByName("127.0.0.1"));
    }

    void release() {
      isReleased.countDown();
    }

    static void awaitUninterruptibly(CountDownLatch latch) {
      boolean isOver = false;
      while (!isOver) {
        try {
          isOver = latch.await(20, SECONDS);
        } catch (InterruptedException e) {
          // On with it.
        }
      }
    }
  }

  /** A resolver of the kind that OkHttp 5.5 brought: it answers by a callback. */
  private static final class AsynchronousDns implements Dns {
    final CountDownLatch isAsked = new CountDownLatch(1);
    volatile boolean isCancelled;

    @Override
    public List<InetAddress> lookup(String hostname) {
      throw new IllegalStateException("Expected newCall()");
    }

    @Override
    public Call newCall(Request request) {
      return new Call() {
        private final Semaphore cancelled = new Semaphore(0);

        @Override
        public Request getRequest() {
          return request;
        }

        @Override
        public void enqueue(Callback callback) {
          Background.run(
              () -> {
                isAsked.countDown();
                cancelled.acquire();
                callback.onFailure(this, new IOException("canceled"));
              });
        }

        @Override
        public void cancel() {
          isCancelled = true;
          cancelled.release();
        }

        @Override
        public boolean isCanceled() {
          return isCancelled;
        }
      };
    }
  }
}
