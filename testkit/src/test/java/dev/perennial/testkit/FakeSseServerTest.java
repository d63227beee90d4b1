package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.RealTime;
import java.io.EOFException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FakeSseServerTest {

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void streamBeginsWithWhatIsRetainedAndGoesOnLive() throws Exception {
    log.append("price", "a");
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/ticks")) {
      List<String> head = client.readHead();
      List<String> retained = client.readLines(3);
      log.append("b");

      assertEquals("HTTP/1.1 200", head.get(0));
      assertTrue(head.contains("Content-Type: text/event-stream"), head::toString);
      assertEquals(List.of("id: 1", "event: price", "data: a"), retained);
      assertEquals(List.of("id: 2", "data: b"), client.readLines(2));
      assertEquals(1, server.liveConnections());
    }
  }

  @Test
  void dataOfSeveralLinesIsSplit() throws Exception {
    log.append("one\ntwo\r\nthree\rfour\n");
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals(
          List.of("id: 1", "data: one", "data: two", "data: three", "data: four", "data: ", ""),
          List.of(
              client.readLine(),
              client.readLine(),
              client.readLine(),
              client.readLine(),
              client.readLine(),
              client.readLine(),
              client.readLine()));
    }
  }

  @Test
  void headerResumesAfterItsCursor() throws Exception {
    appendFive();
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/?lastEventId=1", "Last-Event-ID: 3")) {
      assertEquals(200, client.readStatus());

      assertEquals(List.of("id: 4", "data: e4", "id: 5", "data: e5"), client.readLines(4));
      ServedRequest served = server.takeRequest(LIMIT);
      assertEquals("3", served.cursor());
      assertEquals(200, served.status());
      assertEquals("test", served.request().header("host"));
      assertTrue(RealTime.nanoTime() - served.request().arrivalNanos() >= 0);
    }
  }

  @Test
  void queryParameterResumesAfterItsCursor() throws Exception {
    appendFive();
    try (FakeSseServer server = FakeSseServer.builder(log).cursorParameter("since").start();
        RawClient client = RawClient.get(server.port(), "/ticks?x=1&since=4")) {
      assertEquals(200, client.readStatus());

      assertEquals(List.of("id: 5", "data: e5"), client.readLines(2));
    }
  }

  @Test
  void nonAsciiCursorIsUnderstoodAsUtf8() throws Exception {
    FakeEventLog hostile = FakeEventLog.retaining(10, number -> "{\"é☃\":[" + number + "]}");
    hostile.append("a");
    hostile.append("b");
    try (FakeSseServer server = FakeSseServer.start(hostile);
        RawClient client = RawClient.get(server.port(), "/", "Last-Event-ID: {\"é☃\":[1]}")) {
      assertEquals(200, client.readStatus());

      assertEquals(List.of("id: {\"é☃\":[2]}", "data: b"), client.readLines(2));
    }
  }

  @Test
  void cursorThatIsGoneOrUnknownIsAnswered410() throws Exception {
    FakeEventLog small = FakeEventLog.retaining(2);
    for (int i = 0; i < 5; i++) {
      small.append("e");
    }
    try (FakeSseServer server = FakeSseServer.start(small)) {
      assertEquals(410, statusOf(server, "Last-Event-ID: 1"));
      assertEquals(410, statusOf(server, "Last-Event-ID: never"));
      assertEquals(200, statusOf(server, "Last-Event-ID: 3"));

      assertEquals(
          List.of(410, 410, 200), server.requests().stream().map(ServedRequest::status).toList());
    }
  }

  @Test
  void cursorThatIsGoneIsAnsweredWithoutReplayWhereAsked() throws Exception {
    try (FakeSseServer server = FakeSseServer.builder(log).answeringNoReplay().start();
        RawClient client = RawClient.get(server.port(), "/", "Last-Event-ID: never")) {
      assertEquals(
          List.of("HTTP/1.1 204", "X-Replay-Not-Possible: true", "Connection: close"),
          client.readHead());
      assertEquals(204, server.takeRequest(LIMIT).status());
    }
  }

  @Test
  void endedLogEndsBodiesOrderlyAndIsThenAnswered204() throws Exception {
    log.append("a");
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      client.readLines(2);
      client.readLine();

      log.append("last");
      log.end();

      assertEquals(List.of("id: 2", "data: last"), client.readLines(2));
      client.readLine();
      assertEquals(-1, client.readChunked());
      assertEquals(new Received("", false), client.readToEnd());
      assertEquals(204, statusOf(server, "Last-Event-ID: 2"));
      assertEquals(200, statusOf(server, "Last-Event-ID: 1"));
    }
  }

  @Test
  void endAllEndsBodiesOrderlyAndTheStreamGoesOnAfterwards() throws Exception {
    log.append("a");
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      client.readLines(2);
      client.readLine();

      server.endAll();

      assertEquals(-1, client.readChunked());
      assertEquals(new Received("", false), client.readToEnd());
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      assertEquals(200, statusOf(server, "Last-Event-ID: 1"));
    }
  }

  @Test
  void onlyTheLastRequestsAreRecordedWhereAsked() throws Exception {
    try (FakeSseServer server = FakeSseServer.builder(log).recordingLast(2).start()) {
      for (int status : new int[] {500, 501, 502}) {
        server.answerNext(status, List.of(), "");
        statusOf(server);
      }

      assertEquals(
          List.of(501, 502), server.requests().stream().map(ServedRequest::status).toList());
      AssertionError forgotten =
          assertThrows(AssertionError.class, () -> server.takeRequest(LIMIT));
      assertEquals(
          "Expected the next request but 1 were forgotten, since only the last 2 are recorded",
          forgotten.getMessage());
    }
  }

  @Test
  void overlapReplaysEventsBeforeTheCursor() throws Exception {
    appendFive();
    try (FakeSseServer server = FakeSseServer.builder(log).overlap(2).start();
        RawClient client = RawClient.get(server.port(), "/", "Last-Event-ID: 4")) {
      client.readHead();

      assertEquals(List.of("id: 3", "data: e3", "id: 4", "data: e4"), client.readLines(4));
    }
  }

  @Test
  void overlapDoesNotDelayTheEnd() throws Exception {
    appendFive();
    log.end();
    try (FakeSseServer server = FakeSseServer.builder(log).overlap(2).start()) {
      assertEquals(204, statusOf(server, "Last-Event-ID: 5"));
    }
  }

  @Test
  void startingLiveSkipsWhatIsRetained() throws Exception {
    appendFive();
    try (FakeSseServer server = FakeSseServer.builder(log).startingLive().start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      log.append("new");

      assertEquals(List.of("id: 6", "data: new"), client.readLines(2));
    }
  }

  @Test
  void heartbeatsAreCommentsWhileNothingIsSent() throws Exception {
    long start = RealTime.nanoTime();
    try (FakeSseServer server =
            FakeSseServer.builder(log).heartbeatEvery(Duration.ofMillis(20)).start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals(List.of(":", ":", ":"), client.readLines(3));
      assertTrue(Bounded.millisSince(start) >= 60);
    }
  }

  @Test
  void retryIsTheFirstLine() throws Exception {
    log.append("a");
    try (FakeSseServer server = FakeSseServer.builder(log).retry(Duration.ofSeconds(2)).start();
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      assertEquals(List.of("retry: 2000", "id: 1", "data: a"), client.readLines(3));
    }
  }

  @Test
  void scriptedAnswersComeFirstAndInOrder() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      server.answerNext(503, List.of("Retry-After: 1", "Retry-After: 2"), "busy");
      server.answerNext(401, List.of(), "");

      try (RawClient client = RawClient.get(server.port(), "/", "Last-Event-ID: 7")) {
        assertEquals(
            String.join(
                "\r\n",
                "HTTP/1.1 503 ",
                "Retry-After: 1",
                "Retry-After: 2",
                "Content-Length: 4",
                "Connection: close",
                "",
                "busy"),
            client.readToEnd().text());
      }
      assertEquals(401, statusOf(server));
      assertEquals(200, statusOf(server));
      assertEquals("7", server.takeRequest(LIMIT).cursor());
      assertNull(server.takeRequest(LIMIT).cursor());
    }
  }

  @Test
  void cutAllByResetIsAnErrorForEveryClient() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient one = RawClient.get(server.port(), "/");
        RawClient two = RawClient.get(server.port(), "/")) {
      one.readHead();
      two.readHead();

      server.cutAll(Cut.RST);

      assertEquals(new Received("", true), one.readToEnd());
      assertEquals(new Received("", true), two.readToEnd());
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void cutAllByFinEndsTheBodyWithoutItsLastChunk() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.cutAll(Cut.FIN);

      assertThrows(EOFException.class, client::readChunked);
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void halfClosedConnectionCountsUntilTheClientCloses() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.cutAll(Cut.HALF_CLOSE);
      assertEquals(new Received("", false), client.readToEnd());
      log.append("unheard");
      assertEquals(1, server.liveConnections());
      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void clientThatClosesIsNoticedWithoutAnEvent() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      RawClient client = RawClient.get(server.port(), "/");
      client.readHead();
      assertEquals(1, server.liveConnections());

      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void readerThatFallsBehindIsEndedOrderly() throws Exception {
    FakeEventLog small = FakeEventLog.retaining(8);
    String large = "x".repeat(1024 * 1024);
    small.append(large);
    try (FakeSseServer server = FakeSseServer.start(small);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();
      // The client does not read, so the server cannot write all of this before the log drops it.
      for (int i = 0; i < 40; i++) {
        small.append(large);
      }

      String text = client.readToEnd().text();

      assertTrue(text.endsWith("0\r\n\r\n"));
      assertFalse(text.contains("id: 41\n"));
    }
  }

  @Test
  void fiftyClientsGetEverything() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        clients.add(RawClient.get(server.port(), "/"));
      }
      Bounded.await("50 connections", () -> server.liveConnections() == 50);
      for (int i = 0; i < 100; i++) {
        log.append("event " + i);
      }

      for (RawClient client : clients) {
        client.readHead();
        List<String> lines = client.readLines(200);
        assertEquals("id: 100", lines.get(198));
        assertEquals("data: event 99", lines.get(199));
        client.close();
      }
      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void manyEventsArriveCompleteAndInOrder() throws Exception {
    int count = 200_000;
    String data = "x".repeat(80);
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      for (int i = 0; i < count; i++) {
        log.append(data);
      }
      client.readHead();

      for (int i = 1; i <= count; i++) {
        assertEquals("id: " + i, client.readLine());
        assertEquals("data: " + data, client.readLine());
        assertEquals("", client.readLine());
      }
    }
  }

  @Test
  void closeEndsThreadsAndSockets() throws Exception {
    FakeSseServer server = FakeSseServer.start(log);
    try (RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      long start = RealTime.nanoTime();
      server.close();

      assertTrue(Bounded.millisSince(start) < 1_000);
      assertEquals(Set.of(), Bounded.threadsOf("server", server.port()));
      assertEquals(0, server.liveConnections());
      assertEquals(new Received("", false), client.readToEnd());
    }
  }

  @Test
  void closeEndsAStreamThatIsNotRead() throws Exception {
    String large = "x".repeat(1024 * 1024);
    for (int i = 0; i < 32; i++) {
      log.append(large);
    }
    FakeSseServer server = FakeSseServer.start(log);
    try (RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.close();

      assertEquals(Set.of(), Bounded.threadsOf("server", server.port()));
    }
  }

  @Test
  void resetReachesAClientThatDoesNotRead() throws Exception {
    String large = "x".repeat(1024 * 1024);
    for (int i = 0; i < 32; i++) {
      log.append(large);
    }
    try (FakeSseServer server = FakeSseServer.start(log);
        RawClient client = RawClient.get(server.port(), "/")) {
      client.readHead();

      server.cutAll(Cut.RST);

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
      assertThrows(
          SocketException.class,
          () -> {
            while (client.read() >= 0) {
              // What had arrived may still be read.
            }
          });
    }
  }

  private void appendFive() {
    for (int i = 1; i <= 5; i++) {
      log.append("e" + i);
    }
  }

  private static int statusOf(FakeSseServer server, String... headerLines) throws Exception {
    try (RawClient client = RawClient.get(server.port(), "/", headerLines)) {
      return client.readStatus();
    }
  }
}
