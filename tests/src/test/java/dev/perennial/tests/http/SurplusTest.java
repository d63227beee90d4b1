package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer has beyond its declared length is no part of another answer. */
class SurplusTest {
  private static final String FORGED =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 9\ndata: forged\n\n";
  private static final String HONEST =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: honest\n\n";

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  @AfterEach
  void close() {
    recorder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 7\r\n\r\nid: 1\n\n",
        "200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "7\r\nid: 1\n\n\r\n0\r\n\r\n",
        "302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n",
        "503 Busy\r\nContent-Length: 0\r\n\r\n"
      })
  void itDoesNotReachTheNextConnection(String answer) throws Exception {
    try (LoopbackServer server = serving("HTTP/1.1 " + answer + FORGED)) {
      Sse.builder(server.uri("/").toString()).client(new OkHttpClient()).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      recorder.assertEvents("honest");
    }
  }

  @Test
  void leftoversOfOtherCallsDoNotReachAStream() throws Exception {
    OkHttpClient client = new OkHttpClient();
    try (LoopbackServer server =
        serving("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + FORGED)) {
      Request request = new Request.Builder().url(server.uri("/").toString()).build();
      try (Response response = client.newCall(request).execute()) {
        assertEquals("ok", response.body().string());
      }

      Sse.builder(server.uri("/").toString()).client(client).stream()
          .subscribe(recorder.listener());

      recorder.assertEvents("honest");
    } finally {
      client.connectionPool().evictAll();
    }
  }

  /** A server that answers with this first, on a connection that it keeps. */
  private static LoopbackServer serving(String first) throws IOException {
    return LoopbackServer.start(
        new LoopbackServer.Handler() {
          private boolean wasAsked;

          @Override
          public void handle(Exchange exchange) throws IOException, InterruptedException {
            exchange.write(isFirst() ? first : HONEST);
            exchange.awaitPeerClose(ofSeconds(20));
          }

          private synchronized boolean isFirst() {
            boolean isFirst = !wasAsked;
            wasAsked = true;
            return isFirst;
          }
        });
  }
}
