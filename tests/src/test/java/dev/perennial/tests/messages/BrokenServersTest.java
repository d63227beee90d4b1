package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.RequestSource;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.tests.messages.BrokenServer.Connection;
import java.time.Duration;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a server is broken has its own message: what happened, where, and a remedy. */
class BrokenServersTest extends FailureMessageTest {
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
}
