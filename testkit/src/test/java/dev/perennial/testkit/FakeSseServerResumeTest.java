package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.internal.RealTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeSseServerResumeTest {

  private final FakeEventLog log = FakeEventLog.create();

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
