package dev.perennial.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over TLS, a body is complete only when the server has said so, whatever ends the connection. */
class TlsEndTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
  private static final String EVENT = "data: a\n\n";

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(30));

  @AfterEach
  void close() {
    recorder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n" + EVENT,
        "Content-Length: 100\r\n\r\n" + EVENT,
        "Transfer-Encoding: chunked\r\n\r\n9\r\n" + EVENT + "\r\n",
        "Transfer-Encoding: chunked\r\n\r\n9\r\n" + EVENT + "\r\n0\r\n"
      })
  void aBodyThatEndsWithoutCloseNotifyIsIncomplete(String rest) throws Exception {
    assertEndsWith(Reason.INCOMPLETE, rest, /* isCut= */ true);
  }

  /** JSSE does not tell whether close_notify came, so nothing follows from it. */
  @Test
  void aBodyWithoutLengthIsIncompleteEvenWithCloseNotify() throws Exception {
    assertEndsWith(Reason.INCOMPLETE, "\r\n" + EVENT, /* isCut= */ false);
  }

  @Test
  void aBodyThatIsWholeIsCompleteWithoutCloseNotify() throws Exception {
    try (TlsServer server = serving("Content-Length: 9\r\n\r\n" + EVENT, /* isCut= */ true)) {
      subscribe(server);

      recorder.assertEvents("a");
      recorder.assertCompleted();
    }
  }

  private void assertEndsWith(Reason reason, String rest, boolean isCut) throws Exception {
    try (TlsServer server = serving(rest, isCut)) {
      subscribe(server);

      recorder.assertEvents("a");
      assertEquals(reason, recorder.takeFailure().reason());
    }
  }

  private static TlsServer serving(String rest, boolean isCut) throws Exception {
    return TlsServer.start(
        (out, cut) -> {
          out.write((HEAD + rest).getBytes(UTF_8));
          if (isCut) {
            cut.close();
          }
        });
  }

  private void subscribe(TlsServer server) {
    Sse.builder(server.url()).client(server.client()).endsWithBody().stream()
        .withRetry(RetryPolicy.fixed(ofMillis(1)))
        .subscribe(recorder.listener());
  }
}
