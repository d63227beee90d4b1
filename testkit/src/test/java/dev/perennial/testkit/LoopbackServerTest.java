package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.RealTime;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopbackServerTest {

  private static final LoopbackServer.Handler OK =
      exchange -> exchange.answer(200, List.of(), "ok");

  @Test
  void requestIsReadInFull() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(OK);
        RawClient client = RawClient.connect(server.port())) {
      client.send(
          String.join(
              "\r\n",
              "POST /a%20b?since=%C3%A9%2B1&x HTTP/1.1",
              "Host: test",
              "X-Thing: one",
              "x-thing:\t twø ",
              "Content-Length: 4",
              "",
              "bodY"));

      ReceivedRequest request = server.takeRequest(LIMIT);

      assertEquals(1, request.connection());
      assertEquals("POST", request.method());
      assertEquals("/a%20b?since=%C3%A9%2B1&x", request.target());
      assertEquals("/a%20b", request.path());
      assertEquals("é+1", request.queryParameter("since"));
      assertEquals("", request.queryParameter("x"));
      assertNull(request.queryParameter("y"));
      assertEquals("one", request.header("X-THING"));
      assertEquals(List.of("one", "twø"), request.headers("X-Thing"));
      assertNull(request.header("X-Other"));
      assertEquals(4, request.headers().size());
      assertEquals("bodY", request.bodyUtf8());
      assertArrayEquals(new byte[] {'b', 'o', 'd', 'Y'}, request.body());
      assertEquals(List.of(request), server.requests());
    }
  }

  @Test
  void chunkedRequestBodyIsJoined() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(OK);
        RawClient client = RawClient.connect(server.port())) {
      client.send(
          String.join(
              "\r\n",
              "POST / HTTP/1.1",
              "Transfer-Encoding: chunked",
              "",
              "3",
              "abc",
              "A;x=y",
              "0123456789",
              "0",
              "Trailer: t",
              "",
              ""));

      assertEquals("abc0123456789", server.takeRequest(LIMIT).bodyUtf8());
      assertEquals(200, client.readStatus());
    }
  }

  @Test
  void answerIsCompleteAndTheConnectionCloses() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> exchange.answer(429, List.of("Retry-After: 7"), "slow døwn"));
        RawClient client = RawClient.get(server.port(), "/")) {
      Received received = client.readToEnd();

      assertEquals(
          String.join(
              "\r\n",
              "HTTP/1.1 429 ",
              "Retry-After: 7",
              "Content-Length: 10",
              "Connection: close",
              "",
              "slow døwn"),
          received.text());
      assertFalse(received.reset());
    }
  }

  @Test
  void keptConnectionServesMoreRequests() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  exchange.keepAlive();
                  exchange.answer(200, List.of(), "");
                });
        RawClient client = RawClient.get(server.port(), "/1")) {
      assertEquals(200, client.readStatus());
      client.sendGet("/2");
      assertEquals(200, client.readStatus());

      assertEquals(
          List.of("1 /1", "1 /2"),
          server.requests().stream().map(r -> r.connection() + " " + r.target()).toList());
      assertEquals(1, server.liveConnections());
    }
  }

  @Test
  void finIsAnEndOfStreamAndRstAnError() throws Exception {
    for (Cut cut : List.of(Cut.FIN, Cut.RST)) {
      try (LoopbackServer server =
              LoopbackServer.start(
                  exchange -> {
                    exchange.write("half");
                    exchange.cut(cut);
                  });
          RawClient client = RawClient.get(server.port(), "/")) {
        assertEquals(new Received("half", cut == Cut.RST), client.readToEnd());
      }
    }
  }

  @Test
  void finStaysOrderlyWhenTheClientHasSentMore() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  // The head came in one segment with the rest, which is never read.
                  exchange.write("half");
                  exchange.cut(Cut.FIN);
                });
        RawClient client = RawClient.connect(server.port())) {
      client.send("GET / HTTP/1.1\r\n\r\n" + "x".repeat(20_000));

      assertEquals(new Received("half", false), client.readToEnd());
    }
  }

  @Test
  void halfClosedConnectionStillReceives() throws Exception {
    BlockingQueue<Integer> received = new ArrayBlockingQueue<>(1);
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  exchange.cut(Cut.HALF_CLOSE);
                  received.add(exchange.input().read());
                });
        RawClient client = RawClient.get(server.port(), "/")) {
      assertEquals(new Received("", false), client.readToEnd());
      client.send("!");

      assertEquals((int) '!', received.poll(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void handlerSeesTheClientClose() throws Exception {
    BlockingQueue<Boolean> closed = new ArrayBlockingQueue<>(2);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              closed.add(exchange.awaitPeerClose(Duration.ofMillis(5)));
              exchange.answer(200, List.of(), "");
              closed.add(exchange.awaitPeerClose(LIMIT));
            })) {
      try (RawClient client = RawClient.get(server.port(), "/")) {
        assertEquals(200, client.readStatus());
      }

      assertFalse(closed.take());
      assertEquals(true, closed.poll(10, TimeUnit.SECONDS));
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void headOverTheLimitIsRefused() throws Exception {
    try (LoopbackServer server = LoopbackServer.builder(OK).maxHeadBytes(100).start();
        RawClient client = RawClient.get(server.port(), "/", "X: " + "x".repeat(200))) {
      assertEquals(431, client.readStatus());
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void bodyOverTheLimitIsRefused() throws Exception {
    try (LoopbackServer server = LoopbackServer.builder(OK).maxBodyBytes(10).start();
        RawClient client = RawClient.connect(server.port())) {
      client.send("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello world");

      assertEquals(413, client.readStatus());
      assertEquals("Expected a body up to 10 bytes", client.readToEnd().text());
    }
  }

  @Test
  void whatIsNotHttpIsRefused() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(OK);
        RawClient client = RawClient.connect(server.port())) {
      client.send("hello\r\n\r\n");

      assertEquals(400, client.readStatus());
    }
  }

  @Test
  void connectionOverTheLimitIsReset() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.builder(exchange -> exchange.awaitPeerClose(LIMIT))
                .maxConnections(1)
                .start();
        RawClient first = RawClient.get(server.port(), "/")) {
      server.takeRequest(LIMIT);

      try (RawClient second = RawClient.connect(server.port())) {
        assertTrue(second.readToEnd().reset());
      }

      assertEquals(1, server.liveConnections());
      assertTrue(first.socket().isConnected());
    }
  }

  @Test
  void takeRequestFailsWhenNoneComes() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(OK)) {
      var failed =
          assertThrows(AssertionError.class, () -> server.takeRequest(Duration.ofMillis(5)));

      assertEquals(
          "Expected a request within PT0.005S but none came after the first 0",
          failed.getMessage());
    }
  }

  @Test
  void addressNamesThePort() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(OK)) {
      assertEquals(URI.create("http://127.0.0.1:" + server.port() + "/a?b"), server.uri("/a?b"));
    }
  }

  @Test
  void fiftyConnectionsAreServedAtOnce() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              exchange.answer(200, List.of(), exchange.request().target());
              exchange.awaitPeerClose(LIMIT);
            })) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        clients.add(RawClient.get(server.port(), "/" + i));
      }

      for (RawClient client : clients) {
        assertEquals(200, client.readStatus());
      }
      assertEquals(50, server.liveConnections());
      for (RawClient client : clients) {
        client.close();
      }
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void closeEndsThreadsAndSockets() throws Exception {
    LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              if (exchange.request().target().equals("/pause")) {
                exchange.pause(LIMIT);
              } else {
                exchange.awaitPeerClose(LIMIT);
              }
            });
    RawClient paused = RawClient.get(server.port(), "/pause");
    RawClient awaited = RawClient.get(server.port(), "/await");
    RawClient idle = RawClient.connect(server.port());
    Bounded.await("two requests", () -> server.requests().size() == 2);
    Bounded.await("three connections", () -> server.liveConnections() == 3);

    long start = RealTime.nanoTime();
    server.close();
    server.close();

    assertTrue(Bounded.millisSince(start) < 1_000);
    assertEquals(Set.of(), Bounded.threadsOf("server", server.port()));
    assertEquals(0, server.liveConnections());
    for (RawClient client : List.of(paused, awaited, idle)) {
      assertEquals("", client.readToEnd().text());
      client.close();
    }
    assertThrows(IOException.class, () -> RawClient.connect(server.port()));
  }

  @Test
  void clientThatResetsEndsTheExchange() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(exchange -> exchange.awaitPeerClose(LIMIT))) {
      RawClient client = RawClient.get(server.port(), "/");
      server.takeRequest(LIMIT);

      client.socket().setSoLinger(true, 0);
      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      assertThrows(SocketException.class, client::read);
    }
  }
}
