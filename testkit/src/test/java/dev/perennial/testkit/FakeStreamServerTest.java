package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.testkit.RawClient.Received;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what all servers of a log have in common. */
class FakeStreamServerTest {

  private static final Pattern TICK = Pattern.compile("tick-[1-6]");

  private final FakeEventLog log = FakeEventLog.create();

  @ParameterizedTest
  @EnumSource
  void requestWithoutACursorGetsWhatIsRetainedOrOnlyWhatFollows(Kind kind) throws Exception {
    appendFive();
    try (FakeStreamServer all = kind.builder(log).start();
        FakeStreamServer live = kind.builder(log).startingLive().start();
        RawClient fromAll = kind.get(all.port(), "/");
        RawClient fromLive = kind.get(live.port(), "/")) {
      fromAll.readHead();
      fromLive.readHead();
      assertNull(all.takeRequest(LIMIT).cursor());
      log.append("tick-6");

      assertEquals("tick-1", readFirst(fromAll));
      assertEquals("tick-6", readFirst(fromLive));
    }
  }

  @ParameterizedTest
  @EnumSource
  void cursorComesFromTheHeaderOrTheParameterThatIsSet(Kind kind) throws Exception {
    appendFive();
    try (FakeStreamServer server = kind.builder(log).cursorParameter("after").start();
        RawClient byHeader = kind.get(server.port(), "/?after=1", "Last-Event-ID: 3")) {
      byHeader.readHead();
      assertEquals("tick-4", readFirst(byHeader));
      assertEquals("3", server.takeRequest(LIMIT).cursor());

      try (RawClient byQuery = kind.get(server.port(), "/?after=4")) {
        byQuery.readHead();

        assertEquals("tick-5", readFirst(byQuery));
        ServedRequest served = server.takeRequest(LIMIT);
        assertEquals("4", served.cursor());
        assertEquals(kind == Kind.WEB_SOCKET ? 101 : 200, served.status());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void overlapReplaysEventsBeforeTheCursor(Kind kind) throws Exception {
    appendFive();
    try (FakeStreamServer server = kind.builder(log).overlap(2).start();
        RawClient client = kind.get(server.port(), "/", "Last-Event-ID: 4")) {
      client.readHead();

      assertEquals("tick-3", readFirst(client));
    }
  }

  @ParameterizedTest
  @EnumSource
  void cursorThatIsGoneIsAnswered410OrWithoutReplay(Kind kind) throws Exception {
    try (FakeStreamServer server = kind.builder(log).start();
        FakeStreamServer other = kind.builder(log).answeringNoReplay().start();
        RawClient client = kind.get(server.port(), "/", "Last-Event-ID: never");
        RawClient otherClient = kind.get(other.port(), "/", "Last-Event-ID: never")) {
      assertEquals(410, client.readStatus());
      assertEquals(
          List.of("HTTP/1.1 204", "X-Replay-Not-Possible: true", "Connection: close"),
          otherClient.readHead());
      assertEquals(410, server.takeRequest(LIMIT).status());
      assertEquals(204, other.takeRequest(LIMIT).status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void logThatHasEndedIsAnswered204WhenNothingIsLeft(Kind kind) throws Exception {
    appendFive();
    log.end();
    try (FakeStreamServer server = kind.builder(log).overlap(2).start();
        RawClient done = kind.get(server.port(), "/", "Last-Event-ID: 5");
        RawClient left = kind.get(server.port(), "/", "Last-Event-ID: 4")) {
      assertEquals(204, done.readStatus());
      left.readHead();

      assertEquals("tick-3", readFirst(left));
    }
  }

  @ParameterizedTest
  @EnumSource
  void scriptedAnswersComeFirstAndInOrder(Kind kind) throws Exception {
    try (FakeStreamServer server = kind.builder(log).start()) {
      server.answerNext(503, List.of("Retry-After: 1"), "busy");
      server.answerNext(401, List.of(), "");

      try (RawClient client = kind.get(server.port(), "/")) {
        assertEquals(
            List.of("HTTP/1.1 503", "Retry-After: 1", "Content-Length: 4", "Connection: close"),
            client.readHead());
        assertEquals(new Received("busy", false), client.readToEnd());
      }
      try (RawClient client = kind.get(server.port(), "/")) {
        assertEquals(401, client.readStatus());
      }
      assertEquals(
          List.of(503, 401), server.requests().stream().map(ServedRequest::status).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutAllEndsEveryConnectionInTheWayThatIsAsked(Kind kind) throws Exception {
    for (Cut cut : List.of(Cut.FIN, Cut.RST)) {
      try (FakeStreamServer server = kind.builder(log).start();
          RawClient one = kind.get(server.port(), "/");
          RawClient two = kind.get(server.port(), "/")) {
        one.readHead();
        two.readHead();
        assertEquals(2, server.liveConnections());

        server.cutAll(cut);

        assertEquals(new Received("", cut == Cut.RST), one.readToEnd());
        assertEquals(new Received("", cut == Cut.RST), two.readToEnd());
        Bounded.await("no live connection", () -> server.liveConnections() == 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void halfClosedConnectionCountsUntilTheClientCloses(Kind kind) throws Exception {
    try (FakeStreamServer server = kind.builder(log).start();
        RawClient client = kind.get(server.port(), "/")) {
      client.readHead();

      server.cutAll(Cut.HALF_CLOSE);
      assertEquals(new Received("", false), client.readToEnd());
      log.append("unheard");
      assertEquals(1, server.liveConnections());
      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientThatClosesIsNoticedWithoutAnEvent(Kind kind) throws Exception {
    try (FakeStreamServer server = kind.builder(log).start();
        RawClient client = kind.get(server.port(), "/")) {
      client.readHead();
      assertEquals(1, server.liveConnections());

      client.close();

      Bounded.await("no live connection", () -> server.liveConnections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closeEndsThreadsAndSocketsAlsoOfAClientThatDoesNotRead(Kind kind) throws Exception {
    String large = "x".repeat(1024 * 1024);
    for (int i = 0; i < 32; i++) {
      log.append(large);
    }
    FakeStreamServer server = kind.builder(log).start();
    try (RawClient client = kind.get(server.port(), "/")) {
      client.readHead();

      server.close();
      server.close();

      assertEquals(Set.of(), Bounded.threadsOf("server", server.port()));
      assertEquals(0, server.liveConnections());
    }
  }

  private void appendFive() {
    for (int i = 1; i <= 5; i++) {
      log.append("tick-" + i);
    }
  }

  /** Reads up to the end of the first event's data. */
  private static String readFirst(RawClient client) throws IOException {
    StringBuilder text = new StringBuilder();
    Matcher matcher = TICK.matcher(text);
    while (!matcher.reset(text).find()) {
      int next = client.read();
      if (next < 0) {
        throw new EOFException("ended before an event: " + text);
      }
      text.append((char) next);
    }
    return matcher.group();
  }

  enum Kind {
    SSE {
      @Override
      FakeStreamServer.Builder<?> builder(FakeEventLog log) {
        return FakeSseServer.builder(log);
      }
    },
    NDJSON {
      @Override
      FakeStreamServer.Builder<?> builder(FakeEventLog log) {
        return FakeNdjsonServer.builder(log);
      }
    },
    WEB_SOCKET {
      @Override
      FakeStreamServer.Builder<?> builder(FakeEventLog log) {
        return FakeWebSocketServer.builder(log);
      }
    };

    abstract FakeStreamServer.Builder<?> builder(FakeEventLog log);

    RawClient get(int port, String target, String... headerLines) throws IOException {
      // The other servers ignore the headers of a handshake.
      return RawClient.get(port, target, RawWebSocket.handshake(headerLines));
    }
  }
}
