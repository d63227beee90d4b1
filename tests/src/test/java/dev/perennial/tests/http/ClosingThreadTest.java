package dev.perennial.tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.tests.Eventually;
import dev.perennial.tests.UnconnectedSockets;
import dev.perennial.websocket.WebSockets;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.BufferedSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Android ends a program whose main thread reads from a socket or writes to one, and a screen calls
 * {@code park()} and {@code close()} there. So these touch no socket but to cut it.
 */
class ClosingThreadTest {
  private static final String MAIN = "main thread of an app";

  private final HeldCertificate certificate =
      new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
  private final HandshakeCertificates certificates =
      new HandshakeCertificates.Builder()
          .heldCertificate(certificate)
          .addTrustedCertificate(certificate.certificate())
          .build();
  private final MockWebServer server = new MockWebServer();
  private final CountDownLatch isOver = new CountDownLatch(1);
  private final WatchedSockets sockets = new WatchedSockets();

  @BeforeEach
  void start() throws IOException {
    server.useHttps(certificates.sslSocketFactory());
  }

  @AfterEach
  void stop() {
    isOver.countDown();
    server.close();
  }

  private OkHttpClient client() {
    return new OkHttpClient.Builder()
        .socketFactory(sockets)
        .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "http/1.1"})
  void aStreamOverTlsIsClosedWithoutTouchingItsSocket(String protocol) throws Exception {
    Protocol spoken = Protocol.get(protocol);
    server.setProtocols(
        spoken == Protocol.HTTP_2 ? List.of(spoken, Protocol.HTTP_1_1) : List.of(spoken));
    server.start();
    for (int i = 0; i < 2; i++) {
      server.enqueue(endless(spoken));
    }

    closesOnTheMainThread(Sse.builder(server.url("/feed").toString()).client(client()).stream());
  }

  @Test
  void aWebSocketOverTlsIsClosedWithoutTouchingItsSocket() throws Exception {
    server.start();
    for (int i = 0; i < 2; i++) {
      server.enqueue(new MockResponse.Builder().webSocketUpgrade(new Polite()).build());
    }

    closesOnTheMainThread(
        WebSockets.builder(server.url("/feed").toString()).client(client()).stream());
  }

  private MockResponse endless(Protocol protocol) {
    String event = "data: one\n\n";
    String bytes =
        protocol == Protocol.HTTP_2
            ? event
            : Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
    return new MockResponse.Builder()
        .clearHeaders()
        .addHeader("Content-Type", "text/event-stream")
        .addHeader(
            protocol == Protocol.HTTP_2 ? "X-Protocol" : "Transfer-Encoding",
            protocol == Protocol.HTTP_2 ? "h2" : "chunked")
        .socketHandler(socket -> serve(socket, bytes))
        .build();
  }

  private void serve(okio.Socket socket, String bytes) {
    try {
      BufferedSink sink = Okio.buffer(socket.getSink());
      sink.writeUtf8(bytes).flush();
      isOver.await();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e); // The client was there until the end.
    }
  }

  private void closesOnTheMainThread(EventStream<String> stream) throws Exception {
    EventRecorder<String> recorder = EventRecorder.create();
    StreamSubscription subscription = stream.subscribe(recorder.listener());
    isOpen(subscription, 1);

    onTheMainThread(subscription::park);
    Eventually.holds("parked", () -> subscription.state() instanceof StreamState.Parked);
    onTheMainThread(subscription::unpark);
    isOpen(subscription, 2);
    onTheMainThread(subscription::close);

    assertTrue(subscription.awaitClosed(Duration.ofSeconds(10)));
    assertTrue(sockets.uses.size() > 2, "nothing was watched");
    List<String> uses =
        sockets.uses.stream()
            .filter(use -> use.endsWith(MAIN) && !use.startsWith("close"))
            .toList();
    assertEquals(List.of(), uses);
  }

  private static void isOpen(StreamSubscription subscription, long connection) {
    Eventually.holds(
        "open",
        () ->
            subscription.state() instanceof StreamState.Open open
                && open.connection() == connection);
  }

  private static void onTheMainThread(Runnable call) throws InterruptedException {
    Thread main = new Thread(call, MAIN);
    main.start();
    main.join(Duration.ofSeconds(10).toMillis());
    assertTrue(!main.isAlive(), "the call is still going on");
  }

  /** Shakes hands at the end. */
  private static final class Polite extends WebSocketListener {
    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      webSocket.close(code, null);
    }
  }

  /** Notes which thread does what with which socket. */
  private static final class WatchedSockets extends UnconnectedSockets {
    final List<String> uses = new CopyOnWriteArrayList<>();

    private void note(String use) {
      uses.add(use + " by " + Thread.currentThread().getName());
    }

    @Override
    public Socket createSocket() {
      return new Socket() {
        @Override
        public InputStream getInputStream() throws IOException {
          return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
              note("read");
              return super.read(bytes, offset, length);
            }
          };
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
          return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              note("write");
              out.write(bytes, offset, length);
            }
          };
        }

        @Override
        public void shutdownOutput() throws IOException {
          note("shutdown");
          super.shutdownOutput();
        }

        @Override
        public synchronized void close() throws IOException {
          note("close");
          super.close();
        }
      };
    }
  }
}
