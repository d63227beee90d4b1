package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.attempt.HttpFailures;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.http.internal.message.Secrets;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.CertificatePinner;
import okhttp3.ConnectionSpec;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails before an answer, and how it is named. */
class OpenFailureTest {

  @Test
  void aRefusedConnection() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    TransportException e = failure(Lines.builder("http://127.0.0.1:" + port + "/a?canary"));

    assertEquals(Reason.CONNECT, e.reason());
    assertEquals(
        "Could not connect to http://127.0.0.1:"
            + port
            + "/a: the connection was refused; check the port, and that the server is running",
        e.getMessage());
    assertTrue(e.getCause() instanceof IOException);
  }

  @Test
  void connectingThatTakesTooLong() {
    assertEquals(
        Reason.CONNECT, named(new SocketTimeoutException("connect timed out"), false).reason());
    assertEquals(Reason.CONNECT, named(new NoRouteToHostException("canary"), false).reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage\r\n\r\n", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nBroken"})
  void whatIsNoAnswer(String text) throws Exception {
    try (RawServer server =
        RawServer.start(
            peer -> {
              peer.readHead();
              peer.write(text);
            })) {
      assertEquals(Reason.RESET, failure(Lines.builder(server.url())).reason());
    }
  }

  @Test
  void aResetBeforeTheAnswer() throws Exception {
    try (RawServer server =
        RawServer.start(
            peer -> {
              peer.readHead();
              peer.reset();
            })) {
      TransportException e = failure(Lines.builder(server.url()));

      assertEquals(Reason.RESET, e.reason());
      assertEquals(
          "Expected an answer from " + server.url() + " but the connection was reset",
          e.getMessage());
      assertEquals(1, server.connections());
    }
  }

  @Test
  void aTlsHandshakeThatFails() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      HeldCertificate certificate = certificate("localhost");
      server.useHttps(certificates(certificate).sslSocketFactory());
      server.start();
      server.enqueue(new MockResponse.Builder().failHandshake().build());

      TransportException e =
          failure(secure(server).client(client(certificates(certificate)).build()));

      assertEquals(Reason.TLS, e.reason());
    }
  }

  @Test
  void tlsThatTheServerDoesNotSpeak() throws Exception {
    try (RawServer server =
        RawServer.start(peer -> peer.write("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
      assertEquals(
          Reason.TLS, failure(Lines.builder(server.url().replace("http:", "https:"))).reason());
    }
  }

  @Test
  void aCertificateThatNobodyTrusts() throws Exception {
    assertEquals(
        Reason.CERTIFICATE,
        tlsFailure(certificate("localhost"), new OkHttpClient.Builder()).reason());
  }

  @Test
  void aCertificateOfAnotherHost() throws Exception {
    HeldCertificate certificate = certificate("example.com");
    assertEquals(
        Reason.CERTIFICATE, tlsFailure(certificate, client(certificates(certificate))).reason());
  }

  @Test
  void expiredCertificateIsNamed() throws Exception {
    HeldCertificate authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate expired =
        new HeldCertificate.Builder()
            .signedBy(authority)
            .addSubjectAlternativeName("localhost")
            .validityInterval(0, 1_000)
            .build();

    assertEquals(Reason.CERTIFICATE, tlsFailure(expired, client(trusting(authority))).reason());
  }

  private static HandshakeCertificates trusting(HeldCertificate authority) {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(authority.certificate())
        .build();
  }

  @Test
  void aCertificateThatIsNotPinned() throws Exception {
    HeldCertificate certificate = certificate("localhost");
    OkHttpClient.Builder client =
        client(certificates(certificate))
            .certificatePinner(
                new CertificatePinner.Builder()
                    .add("localhost", "sha256/" + "A".repeat(43) + "=")
                    .build());

    TransportException e = tlsFailure(certificate, client);

    assertEquals(Reason.CERTIFICATE, e.reason());
    assertTrue(
        e.getMessage()
            .endsWith(
                "/lines failed: its certificate matches no pin of the client's certificatePinner"),
        e.getMessage());
  }

  @Test
  void theTruncationOfATlsStream() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      HeldCertificate certificate = certificate("localhost");
      server.useHttps(certificates(certificate).sslSocketFactory());
      server.start();
      server.enqueue(
          new MockResponse.Builder()
              .addHeader("Content-Type", Lines.TYPE)
              .body("a\n".repeat(50_000))
              .onResponseBody(new SocketEffect.CloseSocket())
              .build());

      try (StreamConnection connection =
          secure(server).client(client(certificates(certificate)).build()).open()) {
        TransportException e =
            assertThrows(
                TransportException.class,
                () -> {
                  while (Lines.read(connection) != null) {
                    assertFalse(Thread.currentThread().isInterrupted());
                  }
                });

        assertTrue(e.reason() == Reason.RESET || e.reason() == Reason.TLS, e.toString());
      }
    }
  }

  @Test
  void whatTheClientDoesNotPermitIsNoMatterOfRetrying() {
    OkHttpClient strict =
        new OkHttpClient.Builder().connectionSpecs(List.of(ConnectionSpec.MODERN_TLS)).build();

    TransportException e = failure(Lines.builder("http://127.0.0.1:1/").client(strict));

    assertEquals(Reason.PROTOCOL, e.reason());
    assertEquals("The client does not permit connecting to http://127.0.0.1:1/", e.getMessage());
  }

  @Test
  void aRequestSourceIsAskedOnEachAttempt() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      AtomicReference<Attempt> asked = new AtomicReference<>();
      Lines.Builder builder =
          Lines.builder(
              attempt -> {
                asked.set(attempt);
                return new Request.Builder()
                    .url(server.url("/a"))
                    .header("Authorization", "Bearer fresh")
                    .post(RequestBody.create("asked", null))
                    .build();
              });
      server.enqueue(new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), "a\n"));
      TestAttempt attempt = TestAttempt.after("5");

      builder.header("X-Key", "k").open(attempt).close();

      assertSame(attempt, asked.get());
      var request = server.takeRequest();
      assertEquals("POST /a HTTP/1.1", request.getRequestLine());
      assertEquals("asked", request.getBody().utf8());
      assertEquals("Bearer fresh", request.getHeaders().get("Authorization"));
      assertEquals("k", request.getHeaders().get("X-Key"));
      assertEquals("5", request.getHeaders().get("Last-Event-ID"));
    }
  }

  @Test
  void aRequestSourceThatThrows() {
    IOException cause = new IOException("canary");

    TransportException e =
        failure(
            Lines.builder(
                attempt -> {
                  throw cause;
                }));

    assertEquals(Reason.CONNECT, e.reason());
    assertSame(cause, e.getCause());
    assertEquals(
        "Expected a request from the request source but it threw java.io.IOException",
        e.getMessage());
  }

  @Test
  void aRequestSourceWithADefect() {
    TransportException e =
        failure(
            Lines.builder(
                attempt -> {
                  throw new IllegalStateException("defect");
                }));

    assertEquals(Reason.CONNECT, e.reason());
    assertEquals("defect", e.getCause().getMessage());
  }

  @Test
  void aRequestSourceWithoutARequest() {
    TransportException e = failure(Lines.builder((RequestSource) attempt -> null));

    assertEquals(Reason.CONNECT, e.reason());
    assertEquals("Expected a request from the request source but was null", e.getMessage());
  }

  @Test
  void aRequestSourceThatNamesItsFailure() {
    TransportException named =
        new TransportException(Reason.CREDENTIALS, "The token service refused").permanent();

    assertSame(
        named,
        failure(
            Lines.builder(
                attempt -> {
                  throw named;
                })));
  }

  @Test
  void aRequestSourceWithAnError() {
    assertThrows(
        StackOverflowError.class,
        () ->
            Lines.builder(
                    attempt -> {
                      throw new StackOverflowError();
                    })
                .open());
  }

  @Test
  void aRequestSourceThatHangsIsAbandonedWithTheAttempt() throws Exception {
    CountDownLatch isInterrupted = new CountDownLatch(1);

    TransportException e =
        assertThrows(
            TransportException.class,
            () ->
                Lines.builder(
                        attempt -> {
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException interrupted) {
                            isInterrupted.countDown();
                          }
                          return new Request.Builder().url("http://localhost").build();
                        })
                    .open(TestAttempt.within(Duration.ofMillis(80))));

    assertEquals(Reason.ATTEMPT_TIMEOUT, e.reason());
    assertEquals("Expected a request from the request source within 80 ms", e.getMessage());
    Background.await(isInterrupted);
  }

  @Test
  void anInterruptWhileTheRequestSourceHangsStaysSet() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    Background<Boolean> engine =
        Background.call(
            () -> {
              assertThrows(
                  InterruptedIOException.class,
                  () ->
                      Lines.builder(
                              attempt -> {
                                isAsked.countDown();
                                throw hang();
                              })
                          .open());
              return Thread.currentThread().isInterrupted();
            });
    Background.await(isAsked);

    engine.thread().interrupt();

    assertTrue(engine.get());
  }

  @Test
  void anInterruptWhileConnectingStaysSet() throws Exception {
    Background<Boolean> engine =
        Background.call(
            () -> {
              Thread.currentThread().interrupt();
              // OkHttp waits for the connection in a queue, and throws InterruptedException.
              assertThrows(
                  InterruptedIOException.class, () -> Lines.builder("http://127.0.0.1:1/").open());
              return Thread.currentThread().isInterrupted();
            });

    assertTrue(engine.get());
  }

  @Test
  void aRequestSourceMayNotAskForACoding() {
    TransportException e =
        failure(
            Lines.builder(
                attempt ->
                    new Request.Builder()
                        .url("http://127.0.0.1:1/")
                        .header("Accept-Encoding", "gzip")
                        .build()));

    assertEquals(Reason.PROTOCOL, e.reason());
    assertTrue(e.isPermanent());
  }

  private static InterruptedIOException hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      return new InterruptedIOException();
    }
    throw new IllegalStateException();
  }

  private static TransportException named(IOException e, boolean wasSent) {
    return (TransportException)
        HttpFailures.whileOpening(e, wasSent, "http://host/", new ErrorText(Secrets.none()));
  }

  @Test
  void aResetThatTlsWrapsIsAReset() {
    SSLException wrapped = new SSLException("Connection reset");
    wrapped.initCause(new java.net.SocketException("Connection reset"));

    assertEquals(Reason.RESET, named(wrapped, true).reason());
    assertEquals(Reason.TLS, named(new SSLException("bad_record_mac"), true).reason());
  }

  private static TransportException tlsFailure(
      HeldCertificate certificate, OkHttpClient.Builder client) throws IOException {
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(certificates(certificate).sslSocketFactory());
      server.start();
      return failure(secure(server).client(client.build()));
    }
  }

  private static HeldCertificate certificate(String host) {
    return new HeldCertificate.Builder().addSubjectAlternativeName(host).build();
  }

  private static HandshakeCertificates certificates(HeldCertificate certificate) {
    return new HandshakeCertificates.Builder()
        .heldCertificate(certificate)
        .addTrustedCertificate(certificate.certificate())
        .build();
  }

  private static OkHttpClient.Builder client(HandshakeCertificates certificates) {
    return new OkHttpClient.Builder()
        .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager());
  }

  private static Lines.Builder secure(MockWebServer server) {
    return Lines.builder(server.url("/lines").newBuilder().host("localhost").build());
  }

  private static TransportException failure(Lines.Builder builder) {
    return assertThrows(TransportException.class, builder::open);
  }
}
