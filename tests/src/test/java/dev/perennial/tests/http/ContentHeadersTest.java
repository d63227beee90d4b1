package dev.perennial.tests.http;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the headers of an answer must say about its content. */
class ContentHeadersTest {
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  @AfterEach
  void close() {
    recorder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "NONE",
        "identity",
        "Identity",
        "",
        "utf-8",
        "chunked",
        "none, identity",
        "x-foo"
      })
  void aContentEncodingThatMeansNothingOpensTheStream(String coding) throws Exception {
    String encoding = "Content-Encoding: " + coding + "\r\n";
    try (LoopbackServer server = serving("Content-Type: text/event-stream\r\n" + encoding)) {
      Sse.stream(server.uri("/").toString()).subscribe(recorder.listener());

      recorder.assertEvents("one");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "br",
        "zstd",
        "deflate",
        "none, br",
        "BR",
        "gzip;q=1",
        "\"br\"",
        "br ;q=0.5"
      })
  void oneThatChangesTheBodyDoesNot(String coding) throws Exception {
    String encoding = "Content-Encoding: " + coding + "\r\n";
    try (LoopbackServer server = serving("Content-Type: text/event-stream\r\n" + encoding)) {
      Sse.stream(server.uri("/").toString()).subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.CONTENT_TYPE, failure.reason());
      assertTrue(String.valueOf(failure.getMessage()).contains("was " + coding + " from"));
    }
  }

  @Test
  void severalHeadersAreOneList() throws Exception {
    String headers =
        "Content-Type: text/event-stream\r\nContent-Encoding: br\r\nContent-Encoding: none\r\n";
    try (LoopbackServer server = serving(headers)) {
      Sse.stream(server.uri("/").toString()).subscribe(recorder.listener());

      assertEquals(Reason.CONTENT_TYPE, recorder.takeFailure().reason());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Content-Type: \r\n", "Content-Type: nonsense\r\n"})
  void acceptingAnyTypeNeedsNoContentType(String header) throws Exception {
    try (LoopbackServer server = serving(header)) {
      Sse.builder(server.uri("/").toString()).accept("*/*").stream().subscribe(recorder.listener());

      recorder.assertEvents("one");
    }
  }

  private static LoopbackServer serving(String headers) throws IOException {
    return LoopbackServer.start(
        exchange -> {
          exchange.write("HTTP/1.1 200 OK\r\n" + headers + "\r\ndata: one\n\n");
          exchange.awaitPeerClose(ofSeconds(20));
        });
  }
}
