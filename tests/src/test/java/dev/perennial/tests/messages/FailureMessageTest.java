package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import okhttp3.tls.HeldCertificate;

/**
 * Streams from a server that is broken in one way. In the expected messages, {@code HERE} is the
 * server's address.
 */
abstract class FailureMessageTest {
  static final String OK = "HTTP/1.1 200 OK\nContent-Type: text/event-stream\n";

  static void assertAnswer(Reason reason, String message, String answer) throws Exception {
    assertAnswer(reason, message, answer, false);
  }

  static void assertAnswer(Reason reason, String message, String answer, boolean ends)
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

  static void assertFailure(
      Reason reason, String message, String scheme, BrokenServer.Script script) throws Exception {
    try (BrokenServer server = BrokenServer.start(script)) {
      StreamException failure = Failures.of(Sse.stream(url(scheme, server)));

      assertEquals(message, said(failure, server.port()));
      assertEquals(reason, failure.reason());
    }
  }

  static HeldCertificate.Builder certificate(String host) {
    return new HeldCertificate.Builder().addSubjectAlternativeName(host);
  }

  static String url(String scheme, BrokenServer server) {
    return scheme + "://127.0.0.1:" + server.port() + "/ticks";
  }

  static String said(StreamException failure, int port) {
    return String.valueOf(failure.getMessage()).replace("127.0.0.1:" + port, "HERE");
  }
}
