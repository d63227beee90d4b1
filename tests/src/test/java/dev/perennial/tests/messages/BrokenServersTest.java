package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.RequestSource;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.tests.messages.BrokenServer.Connection;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Date;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each way in which a server is broken has words of its own: what happened, where, and what to look
 * at. In them {@code HERE} is the server's address.
 */
class BrokenServersTest {
  private static final String OK = "HTTP/1.1 200 OK\nContent-Type: text/event-stream\n";

  record Tick(int price) {}

  interface Shape {}

  // ---- No connection ----

  @Test
  void aPortWithoutServer() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = unused.getLocalPort();
    }

    StreamException failure = Failures.of(Sse.stream("http://127.0.0.1:" + port + "/ticks?key=x"));

    assertEquals(Reason.CONNECT, failure.reason());
    assertEquals(
        "Could not connect to http://HERE/ticks: the connection was refused; check the port, and"
            + " that the server is running",
        said(failure, port));
  }

  @Test
  void aNameThatIsNotKnown() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .dns(
                name -> {
                  throw new UnknownHostException(name);
                })
            .build();

    StreamException failure =
        Failures.of(Sse.builder("http://tikcs.test/").client(client).stream());

    assertEquals(
        "Could not connect to http://tikcs.test/: the name of the host is not known; check the"
            + " name, and the network connection",
        failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Network is unreachable | the network is unreachable; check the network connection",
        "connect failed: ENETUNREACH (Network is unreachable)"
            + " | the network is unreachable; check the network connection",
        "No route to host | there is no route to the host; check the network, and a VPN or firewall"
            + " on the way",
        "Permission denied | the system does not permit this program to connect; check the firewall"
            + " and, on Android, the INTERNET permission",
        "Operation not permitted | the system does not permit this program to connect; check the"
            + " firewall and, on Android, the INTERNET permission",
        "Too many open files | this process has too many open files or sockets; check what does not"
            + " close them",
        "Connection timed out | connecting timed out; check the address, and whether a firewall"
            + " drops packets",
      })
  void whatTheSystemReports(String report, String words) throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder().socketFactory(failing(new SocketException(report))).build();

    StreamException failure =
        Failures.of(Sse.builder("http://127.0.0.1:1/ticks").client(client).stream());

    assertEquals("Could not connect to http://127.0.0.1:1/ticks: " + words, failure.getMessage());
  }

  @Test
  void aConnectThatTimesOut() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .socketFactory(failing(new SocketTimeoutException("Connect timed out")))
            .build();

    StreamException failure =
        Failures.of(Sse.builder("http://127.0.0.1:1/ticks").client(client).stream());

    assertEquals(
        "Could not connect to http://127.0.0.1:1/ticks: connecting timed out; check the address,"
            + " and whether a firewall drops packets",
        failure.getMessage());
  }

  @Test
  void theMostTellingOfSeveralAddresses() throws Exception {
    ConnectException refused = new ConnectException("Connection refused");
    SocketException unreachable = new SocketException("Network is unreachable");
    unreachable.addSuppressed(refused); // As OkHttp does with those after the first.
    OkHttpClient client = new OkHttpClient.Builder().socketFactory(failing(unreachable)).build();

    StreamException failure =
        Failures.of(Sse.builder("http://127.0.0.1:1/ticks").client(client).stream());

    assertEquals(
        "Could not connect to http://127.0.0.1:1/ticks: the connection was refused; check the"
            + " port, and that the server is running",
        failure.getMessage());
  }

  // ---- Another protocol ----

  @Test
  void httpsToAPlainPort() throws Exception {
    assertFailure(
        Reason.TLS,
        "TLS with https://HERE/ticks failed: the server does not speak TLS on this port; use"
            + " http:// or another port",
        "https",
        connection -> {
          connection.write("HTTP/1.1 400 Bad Request\nContent-Length: 0\n\n");
          connection.awaitEnd();
        });
  }

  @Test
  void httpsToAPortThatClosesAtOnce() throws Exception {
    assertFailure(
        Reason.TLS,
        "TLS with https://HERE/ticks failed: the server ended the connection; check that it speaks"
            + " TLS on this port",
        "https",
        connection -> connection.closeAfterFirstByte());
  }

  @Test
  void httpToAPortOfTls() throws Exception {
    try (BrokenServer server = BrokenServer.withTls(certificate("127.0.0.1").build())) {
      assertEquals(
          "Expected an HTTP answer from http://HERE/ticks but the server speaks TLS on this port;"
              + " use https://",
          said(Failures.of(Sse.stream(url("http", server))), server.port()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SSH-2.0-OpenSSH_9.6", "220 mail.example.com ESMTP", "-ERR unknown command"})
  void anotherProtocol(String banner) throws Exception {
    assertFailure(
        Reason.RESET,
        "Expected an HTTP answer from http://HERE/ticks but was \"" + banner + "\"; check the port",
        "http",
        connection -> {
          connection.write(banner + "\n");
          connection.awaitEnd();
        });
  }

  @Test
  void anotherProtocolThatRepeatsASecret() throws Exception {
    try (BrokenServer server = BrokenServer.answering("-ERR unknown command CANARY-KEY\n")) {
      assertEquals(
          "Expected an HTTP answer from http://HERE/ticks but was \"-ERR unknown command …\"; check"
              + " the port",
          said(Failures.of(Sse.stream(url("http", server) + "?key=CANARY-KEY")), server.port()));
    }
  }

  // ---- No whole answer ----

  @Test
  void aServerThatSaysNothing() throws Exception {
    try (BrokenServer server = BrokenServer.start(Connection::awaitEnd)) {
      EventStream<String> stream =
          Sse.stream(url("http", server)).withAttemptTimeout(Duration.ofMillis(1_500));

      StreamException failure = Failures.of(stream);

      assertEquals(Reason.ATTEMPT_TIMEOUT, failure.reason());
      assertEquals(
          "Expected an answer from http://HERE/ticks within 1.5 s but got none",
          said(failure, server.port()));
    }
  }

  @Test
  void aServerThatClosesAfterTheRequest() throws Exception {
    assertFailure(
        Reason.RESET,
        "Expected an answer from http://HERE/ticks but the server closed the connection without"
            + " one",
        "http",
        Connection::readHead);
  }

  @Test
  void aServerThatResets() throws Exception {
    assertFailure(
        Reason.RESET,
        "Expected an answer from http://HERE/ticks but the connection was reset",
        "http",
        connection -> {
          connection.readHead();
          connection.reset();
        });
  }

  @Test
  void aHeadThatIsCut() throws Exception {
    assertFailure(
        Reason.RESET,
        "Expected an answer from http://HERE/ticks but the connection ended inside the head of the"
            + " answer",
        "http",
        connection -> {
          connection.readHead();
          connection.write("HTTP/1.1 200 OK\nContent-Ty");
        });
  }

  @Test
  void aChunkWithoutSize() throws Exception {
    assertAnswer(
        Reason.RESET,
        "The connection to http://HERE/ticks broke: a chunk of the body has no valid size",
        OK + "Transfer-Encoding: chunked\n\nzz\ndata: 1\n\n\n");
  }

  @Test
  void aBodyThatIsCut() throws Exception {
    assertFailure(
        Reason.RESET,
        "The connection to http://HERE/ticks broke: it ended inside the body",
        "http",
        connection -> {
          connection.readHead();
          connection.write(OK + "Content-Length: 1000\n\ndata: 1\n\n");
        });
  }

  // ---- Another status ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 Unauthorized | WWW-Authenticate: Bearer realm=\"api\""
            + " | (WWW-Authenticate: Bearer realm=\"api\"; no Authorization was sent:"
            + " credentials(…) sets it)",
        "403 Forbidden | X: y | (check what the credentials may read)",
        "404 Not Found | X: y | (check the path)",
        "410 Gone | X: y | (what was here is gone for good: check the URL)",
        "429 Too Many Requests | Retry-After: 90 | (the server asks to wait 1 min 30 s)",
        "500 Internal Server Error | X: y | ''",
        "503 Service Unavailable | Retry-After: 30 | (the server asks to wait 30 s)",
      })
  void anotherStatus(String status, String header, String remark) throws Exception {
    assertAnswer(
        Reason.HTTP_STATUS,
        "Expected status 200 but was "
            + status
            + " from http://HERE/ticks"
            + (remark.isEmpty() ? "" : " " + remark)
            + ": {\"error\":\"x\"}",
        "HTTP/1.1 "
            + status
            + "\n"
            + header
            + "\nContent-Type: application/json\nContent-Length: 13\n\n{\"error\":\"x\"}");
  }

  @Test
  void anAnswerOfAProxyThatIsNotThere() throws Exception {
    assertAnswer(
        Reason.HTTP_STATUS,
        "Expected no answer of a proxy, since the client uses none, but was 407 from"
            + " http://HERE/ticks; check the URL, and the proxy of the client",
        "HTTP/1.1 407 Proxy Authentication Required\nContent-Length: 0\n\n");
  }

  @Test
  void aCredentialThatIsRefused() throws Exception {
    try (BrokenServer server =
        BrokenServer.answering(
            "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\","
                + " error_description=\"CANARY-TOKEN has expired\"\nContent-Length: 0\n\n")) {
      EventStream<String> stream =
          Sse.builder(url("http", server)).header("Authorization", "Bearer CANARY-TOKEN").stream();

      assertEquals(
          "Expected status 200 but was 401 Unauthorized from http://HERE/ticks (WWW-Authenticate:"
              + " Bearer error=\"invalid_token\", error_description=\"… has expired\"; check the"
              + " credentials)",
          said(Failures.of(stream), server.port()));
    }
  }

  @Test
  void aPageOfAGateway() throws Exception {
    assertAnswer(
        Reason.HTTP_STATUS,
        "Expected status 200 but was 502 Bad Gateway from http://HERE/ticks (a gateway got no valid"
            + " answer from the server behind it): \"502 Bad Gateway\"",
        "HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\n\n"
            + "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
        /* ends= */ true);
  }

  // ---- Another content ----

  @Test
  void aLoginPageAfterARedirect() throws Exception {
    String page =
        "<!doctype html><html><head><title>\n"
            + " Sign in to Example </title></head><body></body></html>";
    try (BrokenServer server =
        BrokenServer.start(
            connection -> {
              boolean isLogin = connection.readHead().startsWith("GET /login");
              connection.write(
                  isLogin
                      ? "HTTP/1.1 200 OK\nContent-Type: text/html\nConnection: close\n\n" + page
                      : "HTTP/1.1 302 Found\nLocation: /login?next=/ticks\nContent-Length: 0\n"
                          + "Connection: close\n\n");
            })) {
      StreamException failure = Failures.of(Sse.stream(url("http", server)));

      assertEquals(Reason.CONTENT_TYPE, failure.reason());
      assertEquals(
          "Expected content type text/event-stream but was text/html from http://HERE/login, where"
              + " http://HERE/ticks redirects to (a page for a browser: check the URL, and whether"
              + " a login is needed): \"Sign in to Example\"",
          said(failure, server.port()));
      assertEquals(page.replace("\n", "\r\n"), failure.response().body());
    }
  }

  @Test
  void aDocumentInPlaceOfTheStream() throws Exception {
    assertAnswer(
        Reason.CONTENT_TYPE,
        "Expected content type text/event-stream but was application/json from http://HERE/ticks:"
            + " {\"error\":\"no quota\"}",
        "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 20\n\n"
            + "{\"error\":\"no quota\"}");
  }

  @Test
  void noContentType() throws Exception {
    assertAnswer(
        Reason.CONTENT_TYPE,
        "Expected content type text/event-stream but was none from http://HERE/ticks",
        "HTTP/1.1 200 OK\n\n");
  }

  @Test
  void aCodingThatWasNotAskedFor() throws Exception {
    assertAnswer(
        Reason.CONTENT_TYPE,
        "Expected no content coding but was br from http://HERE/ticks",
        OK + "Content-Encoding: br\n\n");
  }

  @Test
  void plainTextThatIsCalledGzip() throws Exception {
    try (BrokenServer server =
        BrokenServer.answering(OK + "Content-Encoding: gzip\n\ndata: 1\n\n")) {
      assertEquals(
          "Expected a body in gzip, as its Content-Encoding says, but it is not compressed, from"
              + " http://HERE/ticks",
          said(Failures.of(Sse.builder(url("http", server)).gzip().stream()), server.port()));
    }
  }

  @Test
  void anotherFormatInNdjson() throws Exception {
    try (BrokenServer server =
        BrokenServer.answering("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 0\n\n")) {
      assertEquals(
          "Expected content type application/x-ndjson or application/jsonl or"
              + " application/json but was text/html from http://HERE/ticks (a"
              + " page for a browser: check the URL, and whether a login is needed)",
          said(Failures.of(Ndjson.stream(url("http", server))), server.port()));
    }
  }

  // ---- Data that cannot be decoded ----

  @Test
  void badJson() throws Exception {
    assertMalformed(
        Tick.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 29 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"price\":99,\"note\":\"xxxxxx\",}\": Unexpected character ('}' (code 125)): was"
            + " expecting double-quote to start field name, at line 1, column 29 of the data",
        "{\"price\":12,\"note\":\"secret\",}");
  }

  @Test
  void aValueOfAnotherType() throws Exception {
    assertMalformed(
        Tick.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 18 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"price\":\"xxxxxx\"}\": /price: Cannot deserialize value of type `int` from"
            + " String …: not a valid `int` value, at line 1, column 10 of the data",
        "{\"price\":\"secret\"}");
  }

  @Test
  void aTypeThatJacksonCannotMake() throws Exception {
    assertMalformed(
        Shape.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 11 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"price\":9}\": Cannot construct instance of"
            + " `dev.perennial.tests.messages.BrokenServersTest$Shape` (no Creators, like default"
            + " constructor, exist): abstract types either need to be mapped to concrete types,"
            + " have custom deserializer, or contain additional type information, at line 1, column"
            + " 1 of the data",
        "{\"price\":1}");
  }

  @Test
  void badUtf8() throws Exception {
    assertMalformed(
        Tick.class,
        "Expected an event that can be decoded from http://HERE/ticks but was 7 bytes of type"
            + " \"tick\" with id \"42\" at line 1, byte 0 of the connection, that begin with"
            + " \"{\"\ufffd\":9}\": Invalid UTF-8 start byte 0xff, at line 1, column 5 of the data",
        "{\"\u00ff\":1}");
  }

  // ---- Certificates ----

  @Test
  void aCertificateThatHasExpired() throws Exception {
    long end = 1_577_836_800_000L;
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate expired =
        certificate("127.0.0.1").signedBy(root).validityInterval(end - 1_000_000, end).build();

    assertCertificate(root, expired, "its certificate has expired (" + new Date(end) + ")");
  }

  @Test
  void aCertificateThatIsNotValidYet() throws Exception {
    long begin = 4_102_444_800_000L;
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate early =
        certificate("127.0.0.1").signedBy(root).validityInterval(begin, begin + 1_000_000).build();

    assertCertificate(
        root,
        early,
        "its certificate is not valid yet (" + new Date(begin) + "); check the clock here");
  }

  @Test
  void aCertificateForAnotherHost() throws Exception {
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();

    assertCertificate(
        root,
        certificate("api.example.com").signedBy(root).build(),
        "its certificate is for another host: api.example.com");
  }

  @Test
  void aCertificateOfAnUnknownIssuer() throws Exception {
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate other = new HeldCertificate.Builder().certificateAuthority(0).build();

    assertCertificate(
        root,
        certificate("127.0.0.1").signedBy(other).build(),
        "the issuer of its certificate is not trusted; check its chain, and the sslSocketFactory of"
            + " the client");
  }

  // ---- What a program sees ----

  @Test
  void aProgramDecidesOnTheBody() throws Exception {
    String body =
        "{\"error\":{\"code\":\"insufficient_quota\",\"text\":\"" + "x".repeat(5_000) + "\"}}";
    String answer =
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 3600\nX-Request-Id: 7\n"
            + "Content-Type: application/json\nContent-Length: "
            + body.length()
            + "\n\n"
            + body;
    try (BrokenServer server = BrokenServer.answering(answer)) {
      EventRecorder<String> recorder =
          EventRecorder.<String>create().waitingAtMost(Duration.ofSeconds(60));
      Sse.stream(url("http", server))
          .withRetry(
              RetryPolicy.fixed(Duration.ofHours(1))
                  .onFailure(BrokenServersTest::isOutOfQuota, RetryPolicy.Action.FAIL))
          .subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure(); // Otherwise it would wait for an hour.

      ServerResponse response = failure.response();
      assertEquals(429, response.status());
      assertEquals("http/1.1", response.protocol());
      assertEquals("7", response.header("x-request-id"));
      assertEquals(Duration.ofHours(1), response.retryAfter());
      assertEquals(body, response.body());
      assertTrue(response.isBodyComplete());
    }
  }

  private static boolean isOutOfQuota(StreamException failure) {
    ServerResponse response = failure.response();
    return response != null && response.body().contains("insufficient_quota");
  }

  @Test
  void aGapHasTheServersAnswer() throws Exception {
    String answer = "HTTP/1.1 410 Gone\nX-Oldest: 9\nContent-Length: 4\n\nlost";
    try (BrokenServer server = BrokenServer.answering(answer)) {
      StreamException failure = Failures.of(Sse.stream(url("http", server)).withCursor("5"));

      assertEquals(Reason.GAP, failure.reason());
      assertEquals("9", failure.response().header("X-Oldest"));
      assertEquals("lost", failure.response().body());
    }
  }

  @Test
  void aLongBodyIsCut() throws Exception {
    String answer =
        "HTTP/1.1 500 Oops\nContent-Type: text/plain\nContent-Length: 70000\n\n"
            + "x".repeat(70_000);
    try (BrokenServer server = BrokenServer.answering(answer)) {
      ServerResponse response = Failures.of(Sse.stream(url("http", server))).response();

      assertEquals("x".repeat(65_536), response.body());
      assertFalse(response.isBodyComplete());
    }
  }

  // ---- Where ----

  @Test
  void theUrlThatARequestSourceMade() throws Exception {
    try (BrokenServer server = BrokenServer.start(Connection::awaitEnd)) {
      String url = url("http", server);
      RequestSource source = attempt -> new Request.Builder().url(url + "?key=CANARY").build();
      EventStream<String> stream =
          Sse.builder(source).stream().withAttemptTimeout(Duration.ofMillis(1_500));

      assertEquals(
          "Expected an answer from http://HERE/ticks within 1.5 s but got none",
          said(Failures.of(stream), server.port()));
    }
  }

  // ---- How they are asserted ----

  private static void assertAnswer(Reason reason, String message, String answer) throws Exception {
    assertAnswer(reason, message, answer, false);
  }

  private static void assertAnswer(Reason reason, String message, String answer, boolean ends)
      throws Exception {
    assertFailure(
        reason,
        message,
        "http",
        connection -> {
          connection.readHead();
          connection.write(answer);
          if (!ends) {
            connection.awaitEnd();
          }
        });
  }

  private static void assertFailure(
      Reason reason, String message, String scheme, BrokenServer.Script script) throws Exception {
    try (BrokenServer server = BrokenServer.start(script)) {
      StreamException failure = Failures.of(Sse.stream(url(scheme, server)));

      assertEquals(message, said(failure, server.port()));
      assertEquals(reason, failure.reason());
    }
  }

  private static void assertMalformed(Class<?> type, String message, String data) throws Exception {
    try (BrokenServer server =
        BrokenServer.answering(OK + "\nevent: tick\nid: 42\ndata: " + data + "\n\n")) {
      EventStream<?> stream = Sse.builder(url("http", server)).stream(Json.decoder(type));

      StreamException failure = Failures.of(stream);

      assertEquals(message, said(failure, server.port()));
      assertEquals(Reason.MALFORMED, failure.reason());
    }
  }

  private static void assertCertificate(HeldCertificate root, HeldCertificate held, String words)
      throws Exception {
    HandshakeCertificates trusting =
        new HandshakeCertificates.Builder().addTrustedCertificate(root.certificate()).build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
            .build();
    try (BrokenServer server = BrokenServer.withTls(held)) {
      StreamException failure =
          Failures.of(Sse.builder(url("https", server)).client(client).stream());

      assertEquals("TLS with https://HERE/ticks failed: " + words, said(failure, server.port()));
      assertEquals(Reason.CERTIFICATE, failure.reason());
    }
  }

  private static HeldCertificate.Builder certificate(String host) {
    return new HeldCertificate.Builder().addSubjectAlternativeName(host);
  }

  private static String url(String scheme, BrokenServer server) {
    return scheme + "://127.0.0.1:" + server.port() + "/ticks";
  }

  private static String said(StreamException failure, int port) {
    return String.valueOf(failure.getMessage()).replace("127.0.0.1:" + port, "HERE");
  }

  private static SocketFactory failing(IOException failure) {
    return new FailingSockets(failure);
  }

  /** Sockets that cannot be connected. */
  private static final class FailingSockets extends SocketFactory {
    private final IOException failure;

    FailingSockets(IOException failure) {
      this.failure = failure;
    }

    @Override
    public Socket createSocket() {
      return new Socket() {
        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
          throw failure;
        }
      };
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }
  }
}
