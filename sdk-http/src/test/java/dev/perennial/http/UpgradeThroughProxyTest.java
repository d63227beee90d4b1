package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.connection.StreamPools;
import dev.perennial.http.internal.exchange.ExpectedResponse;
import dev.perennial.http.internal.exchange.FirstAnswer;
import dev.perennial.http.internal.exchange.HttpExchange;
import dev.perennial.http.internal.exchange.HttpOptions;
import dev.perennial.http.internal.exchange.StreamingClient;
import dev.perennial.http.internal.message.CursorLocation;
import dev.perennial.http.internal.message.TrustedOrigins;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Credentials;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.Okio;
import okio.Socket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A handshake without TLS goes through an HTTP proxy by CONNECT (RFC 6455, 4.1). */
@Timeout(60)
class UpgradeThroughProxyTest {
  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n";

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

  private String head() throws InterruptedException {
    return Objects.requireNonNull(heads.poll(20, TimeUnit.SECONDS), "no request came");
  }

  /** A proxy that is also the server behind it. */
  private RawServer proxy(String... answers) throws IOException {
    return RawServer.start(
        peer -> {
          for (String answer : answers) {
            heads.add(peer.readHead());
            peer.write(answer);
          }
          peer.awaitClose();
        });
  }

  private static OkHttpClient.Builder client(RawServer proxy) {
    HttpUrl url = HttpUrl.get(proxy.url());
    return new OkHttpClient.Builder()
        .proxy(
            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(url.host(), url.port())));
  }

  private static String firstLine(OkHttpClient client, String url) throws IOException {
    HttpExchange exchange =
        new HttpExchange(
            new HttpOptions(
                new Headers.Builder().build(),
                null,
                TrustedOrigins.NONE,
                new CursorLocation.Nowhere(),
                0,
                false,
                new Headers.Builder().build(),
                new ExpectedResponse.Upgraded(
                    () -> Headers.of("Upgrade", "lines", "Connection", "Upgrade")),
                null,
                false,
                false,
                HttpOptions.UNLIMITED_BY_CALLER),
            new TestAttempt(),
            new Context(client, new Request.Builder().url(url).build()));
    try {
      Response response = exchange.open();
      Socket socket = response.socket();
      return Okio.buffer(socket.getSource()).readUtf8LineStrict();
    } finally {
      exchange.cancel();
    }
  }

  private record Context(OkHttpClient client, Request request) implements HttpExchange.Context {
    @Override
    public OkHttpClient client(Attempt attempt) {
      return new StreamingClient(Protocol.HTTP_1_1).derivedFrom(client, new StreamPools());
    }

    @Override
    public void leaveConnections(Attempt attempt, OkHttpClient used) {}

    @Override
    public @Nullable FirstAnswer firstAnswer() {
      return null;
    }

    @Override
    public @Nullable Request fixedRequest() {
      return request;
    }

    @Override
    public Request request(Attempt attempt) {
      return request;
    }

    @Override
    public void onBegun(Attempt attempt) {}

    @Override
    public boolean hasBegun(Attempt attempt) {
      return false;
    }

    @Override
    public void onRequest(HttpUrl url) {}

    @Override
    public String endpoint() {
      return request.url().toString();
    }
  }

  @Test
  void theProxyIsAskedForATunnelAndTheServerForThePath() throws Exception {
    try (RawServer proxy =
        proxy("HTTP/1.1 200 Connection established\r\n\r\n", SWITCHING + "hi\n")) {
      assertEquals("hi", firstLine(client(proxy).build(), "http://feed.invalid:81/x?y=z"));
    }
    String connect = head();
    assertTrue(connect.startsWith("CONNECT feed.invalid:81 HTTP/1.1\r\n"), connect);
    assertTrue(connect.contains("\r\nHost: feed.invalid:81\r\n"), connect);
    String handshake = head();
    assertTrue(handshake.startsWith("GET /x?y=z HTTP/1.1\r\n"), handshake);
    assertTrue(handshake.contains("\r\nHost: feed.invalid:81\r\n"), handshake);
  }

  @Test
  void aServerWithoutANameIsReachedThroughTheProxyToo() throws Exception {
    try (RawServer proxy = proxy("HTTP/1.1 200 OK\r\nVia: x\r\n\r\n", SWITCHING + "hi\n")) {
      assertEquals("hi", firstLine(client(proxy).build(), "http://192.0.2.1/"));
    }
    assertTrue(head().startsWith("CONNECT 192.0.2.1:80 HTTP/1.1\r\n"));
  }

  @Test
  void theProxysCredentialsGoToTheProxyOnly() throws Exception {
    String basic = Credentials.basic("user", "secret");
    try (RawServer proxy =
        proxy(
            "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                + "Content-Length: 2\r\n\r\nno",
            "HTTP/1.1 200 OK\r\n\r\n",
            SWITCHING + "hi\n")) {
      OkHttpClient client =
          client(proxy)
              .proxyAuthenticator(
                  (route, response) ->
                      response.header("Proxy-Authenticate", "").startsWith("Basic")
                          ? response
                              .request()
                              .newBuilder()
                              .header("Proxy-Authorization", basic)
                              .build()
                          : null)
              .build();
      assertEquals("hi", firstLine(client, "http://feed.invalid/"));
    }
    assertEquals(-1, head().indexOf("Proxy-Authorization"));
    assertTrue(head().contains("\r\nProxy-Authorization: " + basic + "\r\n"));
    assertEquals(-1, head().indexOf("Proxy-Authorization"));
  }

  @Test
  void aProxyThatRefusesFailsTheAttempt() throws Exception {
    try (RawServer proxy = proxy("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")) {
      TransportException refused =
          assertThrows(
              TransportException.class,
              () -> firstLine(client(proxy).build(), "http://feed.invalid/"));
      assertEquals(Reason.HTTP_STATUS, refused.reason());
      assertEquals(403, refused.code());
    }
  }
}
