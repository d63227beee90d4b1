package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ServedRequest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which transport is chosen: by the URL, the content type or an option. */
class TailTransportChoiceTest {
  private static final String ACCEPT_ANY =
      "text/event-stream, application/x-ndjson;q=0.9, application/jsonl;q=0.9,"
          + " application/json;q=0.8";

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void sseResponseIsFollowedAtOnce() throws IOException {
    log.append("a");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--json", "-n1", url(server));

      assertEquals(List.of("connecting...", "open", "stopped after 1 event"), run.errLines());
      assertEquals(1, server.requests().size());
      assertEquals(ACCEPT_ANY, server.requests().get(0).request().header("Accept"));
    }
  }

  @Test
  void ndjsonResponseIsRequestedAgainFromTheSameCursor() throws IOException {
    log.append("a");
    log.append("b");
    log.append("c");

    try (FakeNdjsonServer server = FakeNdjsonServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--json", "-n2", url(server));

      assertEquals(
          List.of(
              "{\"id\":\"1\",\"type\":\"message\",\"data\":\"{\\\"id\\\":\\\"1\\\",\\\"data\\\":\\\"a\\\"}\"}",
              "{\"id\":\"2\",\"type\":\"message\",\"data\":\"{\\\"id\\\":\\\"2\\\",\\\"data\\\":\\\"b\\\"}\"}"),
          run.outLines());
      assertEquals(
          List.of(
              "connecting...",
              "not server-sent events, trying NDJSON",
              "connecting...",
              "open",
              "stopped after 2 events"),
          run.errLines());
      assertEquals(2, server.requests().size());
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void initialCursorIsSentWithBothRequests() throws IOException {
    log.append("a");
    log.append("b");

    try (FakeNdjsonServer server = FakeNdjsonServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--since", "1", "-n1", url(server));

      assertTrue(run.out().contains("\"data\":\"b\""), run::toString);
      assertEquals(
          List.of("1", "1"), server.requests().stream().map(ServedRequest::cursor).toList());
      assertEquals("1", server.requests().get(0).request().header("Last-Event-ID"));
      assertEquals("/ticks?since=1", server.requests().get(1).request().target());
    }
  }

  @Test
  void otherContentTypeIsReportedWithTheOptionsThatHelp() throws IOException {
    try (LoopbackServer server = answering("text/html", "<p>")) {
      CommandRun run = CommandRun.of("tail", "-q", server.uri("/x?key=s3cret").toString());

      assertEquals(
          List.of(
              "perennial tail: Expected content type text/event-stream but was text/html from "
                  + server.uri("/x")
                  + " (a page for a browser: check the URL, and whether a login is needed), which"
                  + " is not NDJSON either (--transport and --accept set what to expect)"),
          run.errLines());
      assertEquals(3, run.exitCode());
    }
  }

  @Test
  void namedTransportIsTheOnlyOneTried() throws IOException {
    try (LoopbackServer server = answering("text/html", "<p>")) {
      CommandRun run =
          CommandRun.of("tail", "-q", "--transport", "sse", server.uri("/x").toString());

      assertEquals(
          List.of(
              "perennial tail: Expected content type text/event-stream but was text/html from "
                  + server.uri("/x")
                  + " (a page for a browser: check the URL, and whether a login is needed)"
                  + " (--accept sets another content type)"),
          run.errLines());
      assertEquals(3, run.exitCode());
    }
  }

  @Test
  void webSocketUrlOpensAWebSocket() throws IOException {
    log.append("a");
    log.end();

    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--on-close", "1000=complete", url(server));

      assertEquals("message\n{\"id\":\"1\",\"data\":\"a\"}\n\n", run.out());
      assertEquals(
          List.of("connecting...", "open", "the server ended the stream after 1 event"),
          run.errLines());
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void httpUrlOpensAWebSocketWithTransportWs() throws IOException {
    log.append("a");
    log.end();

    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      String http = url(server).replace("ws://", "http://");
      CommandRun run = CommandRun.of("tail", "--transport", "ws", "--json", "-n", "1", http);

      assertEquals(1, run.outLines().size(), run::toString);
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void upgradeRequiredSuggestsTransportWs() throws IOException {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      String http = url(server).replace("ws://", "http://");
      CommandRun run = CommandRun.of("tail", "-q", http);

      assertTrue(run.err().endsWith(" (--transport ws opens a WebSocket)\n"), run::toString);
      assertEquals(3, run.exitCode());
    }
  }

  private static LoopbackServer answering(String type, String body) throws IOException {
    return LoopbackServer.start(
        exchange -> exchange.answer(200, List.of("Content-Type: " + type), body));
  }

  private static String url(FakeStreamServer server) {
    return server.uri("/ticks").toString();
  }
}
