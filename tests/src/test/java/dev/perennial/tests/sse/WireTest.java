package dev.perennial.tests.sse;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What only a whole subscription over a socket shows of the format. */
class WireTest {
  private static final Duration PATIENCE = ofSeconds(20);

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();

  @Test
  void dataAreUtf8WhateverTheCharsetParameterSays() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> open(exchange, "; charset=iso-8859-1", "data: grün €\n\n"))) {
      follow(server);

      recorder.assertEvents("grün €");
      recorder.close();
    }
  }

  @Test
  void bodyThatEndsAfterALoneCrEnds() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          if (exchange.request().header("Last-Event-ID") == null) {
            exchange.answer(200, List.of("Content-Type: text/event-stream"), "id: 1\rdata: a\r\r");
          } else {
            exchange.answer(204, List.of(), "");
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      follow(server);

      recorder.assertEvents("a");
      recorder.assertCompleted();
      assertEquals("1", server.requests().get(1).header("Last-Event-ID"));
    }
  }

  @Test
  void eventWhoseBlankLineIsACrIsDeliveredBeforeTheNextByte() throws Exception {
    CountDownLatch isDelivered = new CountDownLatch(1);
    recorder.onEvent(event -> isDelivered.countDown());
    LoopbackServer.Handler handler =
        exchange -> {
          open(exchange, "", "data: a\r\n\r");
          isDelivered.await(20, TimeUnit.SECONDS);
          exchange.write("\ndata: b\r\n\r\n");
          exchange.awaitPeerClose(PATIENCE);
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      follow(server);

      recorder.assertEvents("a", "b");
      recorder.close();
      recorder.assertExhausted();
    }
  }

  @Test
  void commentsAreSeenByTheObserverAlone() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(exchange -> open(exchange, "", ":alive\n: id 7\n\ndata: a\n\n"))) {
      follow(server);

      recorder.assertEvents("a");
      assertEquals(List.of("heartbeatalive", "heartbeatid 7"), observer.lines("heartbeat"));
      recorder.close();
      recorder.assertExhausted();
    }
  }

  @Test
  void emptyIdSendsNoHeaderWithTheNextRequest() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          switch (exchange.request().connection()) {
            case 1 ->
                exchange.answer(
                    200,
                    List.of("Content-Type: text/event-stream"),
                    "id: 1\ndata: a\n\nid\ndata: b\n\n");
            default -> exchange.answer(204, List.of(), "");
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      follow(server);

      recorder.assertEvents("a", "b");
      recorder.assertCompleted();
      assertEquals(List.of(), server.requests().get(1).headers("Last-Event-ID"));
    }
  }

  @Test
  void stickyIdIsSentAgainOverConnectionsThatBringNone() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          String body =
              exchange.request().connection() == 1
                  ? "id: {\"a\":[1]} é\ndata: a\n\ndata: b\n\n"
                  : "data: c\n\n";
          if (exchange.request().connection() == 3) {
            exchange.answer(204, List.of(), "");
          } else {
            exchange.answer(200, List.of("Content-Type: text/event-stream"), body);
          }
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      follow(server);

      recorder.assertEvents("a", "b", "c");
      recorder.assertCompleted();
      for (int i = 1; i <= 2; i++) {
        assertEquals("{\"a\":[1]} é", server.requests().get(i).header("Last-Event-ID"));
      }
    }
  }

  private void follow(LoopbackServer server) {
    Sse.stream(server.uri("/").toString())
        .withRetry(RetryPolicy.fixed(ofMillis(1)).withFloor(ofMillis(1)))
        .withObserver(observer)
        .subscribe(recorder.listener());
  }

  private static void open(Exchange exchange, String parameter, String body)
      throws IOException, InterruptedException {
    exchange.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream" + parameter + "\r\n\r\n" + body);
    if (!body.endsWith("\r")) {
      exchange.awaitPeerClose(PATIENCE);
    }
  }
}
