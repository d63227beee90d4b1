package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.cli.CommandRun;
import dev.perennial.cli.console.TransportKind;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that work the same on several transports. */
class TailTransportsTest {
  @TempDir private Path folder;
  private final FakeEventLog log = FakeEventLog.create();

  @ParameterizedTest
  @EnumSource
  void resetStreamIsResumedAfterTheCursorAtThePointer(TransportKind kind) throws Exception {
    log.append("a");
    log.append("b");

    try (FakeStreamServer server = server(kind).overlap(2).start()) {
      CommandRun run = CommandRun.prepared();
      CompletableFuture<CommandRun> running =
          CompletableFuture.supplyAsync(
              () ->
                  run.run(
                      "tail",
                      "--transport=" + kind.option(),
                      "--cursor-parameter=" + parameter(kind),
                      "--json",
                      "-n3",
                      "--first-delay=20",
                      url(server)));
      run.awaitOutLines(2);
      server.cutAll(Cut.RST);
      log.append("c");
      running.get(10, TimeUnit.SECONDS);

      assertEquals(3, run.outLines().size(), run::toString);
      assertTrue(run.outLines().get(2).startsWith("{\"id\":\"3\","), run::toString);
      assertEquals("2", server.requests().get(1).cursor());
      assertEquals("/ticks?" + parameter(kind) + "=2", server.requests().get(1).request().target());
      assertEquals(0, run.exitCode());
    }
  }

  @ParameterizedTest
  @EnumSource
  void nextRunStartsAfterTheCursorInTheFile(TransportKind kind) throws Exception {
    log.append("a");
    log.append("b");
    Path file = folder.resolve("ticks.cursor");

    try (FakeStreamServer server = server(kind).start()) {
      String[] args =
          args(
              kind,
              server,
              "--cursor-file=" + file,
              "--cursor-parameter=" + parameter(kind),
              "--json",
              "-n1");
      CommandRun first = CommandRun.of(args);
      CommandRun second = CommandRun.of(args);

      assertTrue(first.out().startsWith("{\"id\":\"1\","), first::toString);
      assertTrue(second.out().startsWith("{\"id\":\"2\","), second::toString);
      assertEquals("2", CursorStore.file(file).load());
      assertNull(server.requests().get(0).cursor());
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokenHeadersAndInitialCursorAreSent(TransportKind kind) throws Exception {
    log.append("a");
    log.append("b");

    try (FakeStreamServer server = server(kind).start()) {
      server.answerNext(401, List.of(), "");
      CommandRun run =
          CommandRun.of(
              args(
                  kind,
                  server,
                  "--token-command=echo secret",
                  "--header=X-Two: 2",
                  "--last-event-id=1",
                  "--cursor-parameter=" + parameter(kind),
                  "-q",
                  "--json",
                  "-n1"));

      assertEquals(0, run.exitCode(), run::toString);
      assertTrue(run.out().startsWith("{\"id\":\"2\","), run::toString);
      assertEquals(2, server.requests().size());
      assertEquals("Bearer secret", server.requests().get(0).request().header("Authorization"));
      assertEquals("2", server.requests().get(0).request().header("X-Two"));
      assertEquals("1", server.requests().get(0).cursor());
    }
  }

  @Test
  void repeatedOptionsAreSentInAnyOrder() throws Exception {
    log.append("a");
    log.append("b");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run =
          CommandRun.of(
              "tail", "-HX-One: 1", "--since=1", "-HX-Two: 2", "-n1", url(server), "-HX-Three: 3");

      assertEquals(0, run.exitCode(), run::toString);
      assertEquals("1", server.requests().get(0).request().header("X-One"));
      assertEquals("2", server.requests().get(0).request().header("X-Two"));
      assertEquals("3", server.requests().get(0).request().header("X-Three"));
      assertEquals("1", server.requests().get(0).cursor());
    }
  }

  @ParameterizedTest
  @EnumSource
  void timeoutStopsAStreamThatGoesOn(TransportKind kind) throws IOException {
    log.append("a");

    try (FakeStreamServer server = server(kind).start()) {
      CommandRun run = CommandRun.of(args(kind, server, "--json", "--timeout=0.5"));

      assertEquals("stopped by --timeout after 1 event", run.errLines().get(2), run::toString);
      assertEquals(0, run.exitCode());
    }
  }

  @ParameterizedTest
  @EnumSource
  void heartbeatsAreNotPrinted(TransportKind kind) throws IOException {
    log.append("ping", "{\"type\":\"ping\"}");
    log.append("price", "{\"type\":\"price\"}");
    log.append("pong", "{\"type\":\"pong\"}");
    log.append("price", "{\"type\":\"price\"}");

    try (FakeStreamServer server = server(kind).start()) {
      CommandRun run =
          CommandRun.of(
              args(
                  kind,
                  server,
                  "--heartbeat=/type=ping",
                  "--heartbeat=/type=pong",
                  "--json",
                  "-n2"));

      assertEquals(2, run.outLines().size(), run::toString);
      assertFalse(run.out().contains("ping"), run::toString);
      assertFalse(run.out().contains("pong"), run::toString);
    }
  }

  @Test
  void sseCursorCanBeReadFromTheData() throws Exception {
    String body = "id: x\ndata: {\"seq\":7}\n\n";

    try (LoopbackServer server = answering("text/event-stream", body)) {
      CommandRun run =
          CommandRun.of("tail", "--cursor=/seq", "--json", "-n1", server.uri("/").toString());

      assertTrue(run.out().startsWith("{\"id\":\"7\","), run::toString);
    }
  }

  @Test
  void couchDbExampleOfTheHelpWorks() throws Exception {
    String body = "{\"seq\":\"1-a+/\",\"id\":\"doc\"}\n{\"seq\":\"2-b\",\"id\":\"doc\"}\n";
    List<String> targets = new ArrayList<>();

    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              targets.add(exchange.request().target() + " " + exchange.request().header("Accept"));
              exchange.answer(200, List.of("Content-Type: text/plain"), body);
            })) {
      CommandRun run =
          CommandRun.of(
              "tail",
              "--transport=ndjson",
              "--accept=text/plain",
              "--cursor=/seq",
              "--cursor-parameter=since",
              "--last-event-id=0",
              "--json",
              "-n2",
              server.uri("/app/_changes?feed=continuous").toString());

      assertTrue(run.outLines().get(0).startsWith("{\"id\":\"1-a+/\","), run::toString);
      assertTrue(run.outLines().get(1).startsWith("{\"id\":\"2-b\","), run::toString);
      assertEquals(List.of("/app/_changes?feed=continuous&since=0 text/plain"), targets);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sse", "ndjson"})
  void acceptedContentTypeOpensTheStream(String transport) throws IOException {
    String body = transport.equals("sse") ? "data: a\n\n" : "{\"id\":1}\n";

    try (LoopbackServer server = answering("text/x-own", body)) {
      CommandRun run =
          CommandRun.of(
              "tail",
              "--transport=" + transport,
              "--accept=text/other",
              "--accept=text/x-own",
              "-n1",
              server.uri("/").toString());

      assertEquals(0, run.exitCode(), run::toString);
    }
  }

  // ---- Malformed events ----

  @Test
  void malformedLineFailsUnlessSkipped() throws IOException {
    String body = "{\"id\":1}\nno JSON\n{\"id\":2}\n";

    try (LoopbackServer server = answering("application/x-ndjson", body)) {
      CommandRun failed =
          CommandRun.of(
              args("--transport=ndjson", "-q", "--first-delay=1", server.uri("/").toString()));
      CommandRun skipped =
          CommandRun.of(
              args(
                  "--transport=ndjson",
                  "-q",
                  "--skip-malformed",
                  "--json",
                  "-n2",
                  server.uri("/").toString()));

      assertEquals(1, failed.exitCode(), failed::toString);
      assertEquals(2, skipped.outLines().size(), skipped::toString);
      assertEquals(1, skipped.errLines().size(), skipped::toString);
      assertTrue(
          skipped.err().startsWith("skipped: Expected an event that can be decoded from "),
          skipped::toString);
      assertTrue(skipped.err().contains(" at line 2, byte 9 "), skipped::toString);
      assertEquals(0, skipped.exitCode());
    }
  }

  private static LoopbackServer answering(String type, String body) throws IOException {
    return LoopbackServer.start(
        exchange -> exchange.answer(200, List.of("Content-Type: " + type), body));
  }

  private FakeStreamServer.Builder<?> server(TransportKind kind) {
    return switch (kind) {
      case SSE -> FakeSseServer.builder(log);
      case NDJSON -> FakeNdjsonServer.builder(log);
      case WS -> FakeWebSocketServer.builder(log);
    };
  }

  /** The query parameter that the servers of the testkit read. */
  private static String parameter(TransportKind kind) {
    return kind == TransportKind.SSE ? "lastEventId" : "since";
  }

  private static String[] args(TransportKind kind, FakeStreamServer server, String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    args.add("--transport=" + kind.option());
    args.add(url(server));
    return args(args.toArray(new String[0]));
  }

  private static String[] args(String... options) {
    List<String> args = new ArrayList<>(List.of("tail"));
    args.addAll(List.of(options));
    return args.toArray(new String[0]);
  }

  private static String url(FakeStreamServer server) {
    return server.uri("/ticks").toString();
  }
}
