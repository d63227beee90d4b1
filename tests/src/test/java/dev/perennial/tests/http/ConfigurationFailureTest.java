package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import okhttp3.Authenticator;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a setting causes ends the subscription, and says which setting. */
class ConfigurationFailureTest {
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  @AfterEach
  void close() {
    recorder.close();
  }

  @Test
  void aProxyThatWantsCredentials() throws Exception {
    try (LoopbackServer proxy = answering("407 Proxy Authentication Required")) {
      StreamException failure = failure("https://example.test/s", through(proxy).build());

      assertEquals(Reason.HTTP_STATUS, failure.reason());
      assertEquals(407, failure.code());
      assertEquals(
          "Expected the proxy to connect to https://example.test/s but it answered CONNECT with"
              + " 407; a proxyAuthenticator of the client gives it credentials",
          failure.getMessage());
      assertEquals(1, proxy.requests().size());
    }
  }

  @Test
  void aProxyThatRefusesTheHost() throws Exception {
    try (LoopbackServer proxy = answering("403 Forbidden")) {
      StreamException failure = failure("https://example.test/s", through(proxy).build());

      assertEquals(403, failure.code());
      assertEquals(
          "Expected the proxy to connect to https://example.test/s but it answered CONNECT with"
              + " 403",
          failure.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"401 Unauthorized", "407 Proxy Authentication Required"})
  void authenticatorThatRepeatsARefusedCredentialIsFatal(String status) throws Exception {
    Authenticator stubborn =
        (route, response) ->
            response
                .request()
                .newBuilder()
                .header(
                    response.code() == 401 ? "Authorization" : "Proxy-Authorization",
                    "Basic CANARY")
                .build();
    try (LoopbackServer server = answering(status)) {
      OkHttpClient client =
          new OkHttpClient.Builder().authenticator(stubborn).proxyAuthenticator(stubborn).build();
      boolean isProxy = status.startsWith("407");
      String url = isProxy ? "https://example.test/s" : server.uri("/").toString();

      StreamException failure =
          failure(url, isProxy ? through(server, client.newBuilder()) : client);

      assertEquals(Reason.HTTP_STATUS, failure.reason());
      assertTrue(String.valueOf(failure.getMessage()).contains("but they are the same"));
      // OkHttp asks for the proxy's credentials before it is refused.
      assertEquals(isProxy ? 1 : 2, server.requests().size());
    }
  }

  @Test
  void anAuthenticatorThatIsNeverRight() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Authenticator guessing =
        (route, response) ->
            response
                .request()
                .newBuilder()
                .header("Authorization", "Basic " + asked.incrementAndGet())
                .build();
    try (LoopbackServer server = answering("401 Unauthorized")) {
      StreamException failure =
          failure(
              server.uri("/").toString(),
              new OkHttpClient.Builder().authenticator(guessing).build());

      assertEquals(Reason.PROTOCOL, failure.reason());
      assertTrue(String.valueOf(failure.getMessage()).contains("the client's authenticator"));
      assertEquals(21, server.requests().size());
    }
  }

  @Test
  void anAnswerWhoseHeadIsTooLong() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write("HTTP/1.1 200 OK\r\nX: " + "y".repeat(300_000) + "\r\n\r\n");
          exchange.awaitPeerClose(ofSeconds(20));
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      StreamException failure = failure(server.uri("/").toString(), new OkHttpClient());

      // A limit that is met three times in a row.
      assertEquals(Reason.POISON, failure.reason());
      assertTrue(String.valueOf(failure.getMessage()).contains("the head of the answer"));
      assertEquals(3, server.requests().size());
    }
  }

  @Test
  void aServerThatWantsTheClientsCertificate() throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
    HandshakeCertificates servers =
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(certificate.certificate())
            .build();
    HandshakeCertificates clients =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(certificate.certificate())
            .build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(clients.sslSocketFactory(), clients.trustManager())
            .build();
    try (SSLServerSocket server =
        (SSLServerSocket)
            servers
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      server.setNeedClientAuth(true);
      Thread acceptor = new Thread(() -> acceptAll(server), "tls-server");
      acceptor.setDaemon(true);
      acceptor.start();

      StreamException failure = failure("https://127.0.0.1:" + server.getLocalPort() + "/", client);

      assertEquals(Reason.CERTIFICATE, failure.reason());
      assertTrue(
          String.valueOf(failure.getMessage()).contains("to take the client's certificate"),
          failure.getMessage());
    }
  }

  private static void acceptAll(SSLServerSocket server) {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
      } catch (IOException e) {
        // The client has no certificate, or the test is over.
      }
    }
  }

  private StreamException failure(String url, OkHttpClient client) {
    Sse.builder(url).client(client).stream()
        .withRetry(RetryPolicy.fixed(ofMillis(1)))
        .subscribe(recorder.listener());
    return recorder.takeFailure();
  }

  private static OkHttpClient.Builder through(LoopbackServer proxy) {
    return new OkHttpClient.Builder()
        .proxy(
            new Proxy(
                Proxy.Type.HTTP,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port())));
  }

  private static OkHttpClient through(LoopbackServer proxy, OkHttpClient.Builder client) {
    return client.proxy(through(proxy).build().proxy()).build();
  }

  private static LoopbackServer answering(String status) throws IOException {
    return LoopbackServer.start(
        exchange ->
            exchange.answer(
                Integer.parseInt(status.split(" ", 2)[0]), List.of("Connection: close"), ""));
  }
}
