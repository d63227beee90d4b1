package dev.perennial.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** close() from another thread, in each phase of a connection's life. */
class CloseTest {
  private final OkHttpClient client = new OkHttpClient.Builder().build();

  /** That of the streams of this client. */
  private final ConnectionPool pool = Lines.connectionsOf(client);

  @AfterEach
  void nothingIsLeft() {
    long start = System.nanoTime();
    while (pool.connectionCount() > 0 && System.nanoTime() - start < SECONDS.toNanos(1)) {
      Thread.onSpinWait();
    }
    assertEquals(0, pool.connectionCount());
  }

  @Test
  void beforeOpenNothingIsOpened() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      StreamConnection connection = Lines.builder(server.url("/")).connection();
      connection.close();

      IOException e = assertThrows(IOException.class, connection::open);

      assertEquals("The connection to " + server.url("/") + " was closed", e.getMessage());
      assertThrows(IOException.class, () -> connection.read(Lines.PATIENT));
      assertEquals(0, server.getRequestCount());
    }
  }

  @Test
  void whileTheRequestSourceHangs() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    CountDownLatch isInterrupted = new CountDownLatch(1);
    StreamConnection connection =
        Lines.builder(
                attempt -> {
                  isAsked.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    isInterrupted.countDown();
                  }
                  return new Request.Builder().url("http://localhost").build();
                })
            .connection();
    Background<Boolean> opening = Background.run(connection::open);
    Background.await(isAsked);

    connection.close();

    assertEquals(
        "The connection to the stream was closed", opening.failure(IOException.class).getMessage());
    Background.await(isInterrupted);
  }

  @Test
  void whileDnsHangs() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    OkHttpClient hanging =
        client
            .newBuilder()
            .dns(
                hostname -> {
                  isAsked.countDown();
                  awaitUninterruptibly(answer);
                  return List.of(InetAddress.getLoopbackAddress());
                })
            .build();
    StreamConnection connection =
        Lines.builder("http://dns-hangs.test/").client(hanging).connection();
    Background<Boolean> opening = Background.run(connection::open);
    Background.await(isAsked);

    connection.close();

    assertEquals(
        "The connection to http://dns-hangs.test/ was closed",
        opening.failure(IOException.class).getMessage());
    answer.countDown();
  }

  @Test
  void whileConnecting() throws Exception {
    CountDownLatch isConnecting = new CountDownLatch(1);
    OkHttpClient watched = watched(new Watcher(null, isConnecting, null));
    List<Socket> backlog = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      fill(full, backlog);
      StreamConnection connection =
          Lines.builder("http://127.0.0.1:" + full.getLocalPort()).client(watched).connection();
      Background<Boolean> opening = Background.run(connection::open);
      Background.await(isConnecting);
      assertTrue(opening.isStillRunning());

      connection.close();

      opening.failure(IOException.class);
    } finally {
      for (Socket socket : backlog) {
        socket.close();
      }
    }
  }

  /** Takes all that the kernel accepts for a server that accepts nothing. */
  private static void fill(ServerSocket server, List<Socket> backlog) throws IOException {
    try {
      while (backlog.size() < 100) {
        Socket socket = new Socket();
        backlog.add(socket);
        socket.connect(server.getLocalSocketAddress(), 200);
      }
    } catch (SocketTimeoutException e) {
      return;
    }
    throw new AssertionError("The backlog has no end");
  }

  @Test
  void whileTlsIsNegotiated() throws Exception {
    CountDownLatch isNegotiating = new CountDownLatch(1);
    try (RawServer server = RawServer.start(RawServer.Peer::awaitClose)) {
      StreamConnection connection =
          Lines.builder(server.url().replace("http:", "https:"))
              .client(watched(new Watcher(null, null, isNegotiating)))
              .connection();
      Background<Boolean> opening = Background.run(connection::open);
      Background.await(isNegotiating);
      assertTrue(opening.isStillRunning());

      connection.close();

      opening.failure(IOException.class);
    }
  }

  @Test
  void whileTheAnswerIsAwaited() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    try (RawServer server =
        RawServer.start(
            peer -> {
              peer.readHead();
              isAsked.countDown();
              peer.awaitClose();
            })) {
      StreamConnection connection = Lines.builder(server.url()).client(client).connection();
      Background<Boolean> opening = Background.run(connection::open);
      Background.await(isAsked);
      assertTrue(opening.isStillRunning());

      connection.close();

      opening.failure(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1", "h2"})
  void whileABodyIsRead(String protocol) throws Exception {
    try (StalledServer server = StalledServer.after("a\n", protocol, client)) {
      StreamConnection connection = server.connection();
      Background<Boolean> reading =
          Background.run(
              () -> {
                connection.open();
                assertEquals("a", Lines.read(connection));
                Lines.read(connection);
              });
      assertTrue(reading.isStillRunning());

      connection.close();

      assertEquals(
          "The connection to " + server.url() + " was closed",
          reading.failure(IOException.class).getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1", "h2"})
  void whileNobodyReads(String protocol) throws Exception {
    CountDownLatch isReleased = new CountDownLatch(1);
    OkHttpClient watched = watched(new Watcher(isReleased, null, null));
    try (StalledServer server = StalledServer.after("a\n", protocol, watched)) {
      StreamConnection connection = server.connection();
      assertTrue(
          Background.call(
                  () -> {
                    connection.open();
                    return Lines.read(connection).equals("a");
                  })
              .get());

      connection.close();

      // The connection is given back, or OkHttp would warn of a leak.
      Background.await(isReleased);
      assertThrows(IOException.class, () -> connection.read(Lines.PATIENT));
    }
  }

  @Test
  void anErrorsBodyDoesNotHoldItUp() throws Exception {
    CountDownLatch isAnswered = new CountDownLatch(1);
    try (RawServer server =
        RawServer.start(
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\n\r\n");
              isAnswered.countDown();
              peer.awaitClose();
            })) {
      StreamConnection connection = Lines.builder(server.url()).client(client).connection();
      Background<Boolean> opening = Background.run(connection::open);
      Background.await(isAnswered);

      connection.close();

      opening.failure(IOException.class);
    }
  }

  @Test
  void twiceIsOnce() throws Exception {
    try (StalledServer server = StalledServer.after("a\n", "h1", client)) {
      StreamConnection connection = server.open();

      connection.close();
      connection.close();

      assertThrows(IOException.class, () -> connection.read(Lines.PATIENT));
    }
  }

  @Test
  void theEndOfTheBodyClosesTheConnection() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(
          new MockResponse.Builder().addHeader("Content-Type", Lines.TYPE).body("a\n").build());
      StreamConnection connection = Lines.builder(server.url("/")).client(client).open();
      assertEquals("a", Lines.read(connection));
      assertNull(Lines.read(connection));

      assertEquals(0, pool.connectionCount());
      connection.close();
    }
  }

  @Test
  void racesWithOpeningAndReadingEndInAnIOException() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String flood = "event\n".repeat(10_000);
    try (RawServer server =
        RawServer.start(
            peer -> {
              peer.openStream();
              while (true) {
                peer.write(flood);
              }
            })) {
      for (int i = 0; i < 300; i++) {
        StreamConnection connection = Lines.builder(server.url()).client(client).connection();
        Background<Boolean> reading =
            Background.run(
                () -> {
                  connection.open();
                  while (Lines.read(connection) != null) {
                    assertFalse(Thread.currentThread().isInterrupted());
                  }
                });
        long start = System.nanoTime();
        long pause = random.nextInt((int) MILLISECONDS.toNanos(3));
        while (System.nanoTime() - start < pause) {
          Thread.onSpinWait();
        }

        connection.close();

        try {
          reading.get();
        } catch (java.util.concurrent.ExecutionException e) {
          assertTrue(e.getCause() instanceof IOException, "seed " + seed + ": " + e.getCause());
          assertFalse(e.getCause() instanceof TransportException, e.toString());
        }
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean isOver = false;
    while (!isOver) {
      try {
        isOver = latch.await(20, SECONDS);
      } catch (InterruptedException e) {
        // This is what a resolver does.
      }
    }
  }

  private OkHttpClient watched(EventListener listener) {
    HandshakeCertificates certificates = new HandshakeCertificates.Builder().build();
    return client
        .newBuilder()
        .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
        .eventListener(listener)
        .build();
  }

  private static final class Watcher extends EventListener {
    private final CountDownLatch released;
    private final CountDownLatch connecting;
    private final CountDownLatch negotiating;

    Watcher(CountDownLatch released, CountDownLatch connecting, CountDownLatch negotiating) {
      this.released = released;
      this.connecting = connecting;
      this.negotiating = negotiating;
    }

    @Override
    public void connectionReleased(Call call, okhttp3.Connection connection) {
      countDown(released);
    }

    @Override
    public void connectStart(Call call, java.net.InetSocketAddress address, java.net.Proxy proxy) {
      countDown(connecting);
    }

    @Override
    public void secureConnectStart(Call call) {
      countDown(negotiating);
    }

    private static void countDown(CountDownLatch latch) {
      if (latch != null) {
        latch.countDown();
      }
    }
  }
}
