package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.internal.RealTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeSseServerTest {

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void streamBeginsWithWhatIsRetainedAndContinuesLive() throws Exception {
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

  private static int statusOf(FakeSseServer server, String... headerLines) throws Exception {
    try (RawClient client = RawClient.get(server.port(), "/", headerLines)) {
      return client.readStatus();
    }
  }
}
