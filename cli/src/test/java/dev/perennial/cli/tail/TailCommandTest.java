package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ServedRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TailCommandTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void textShowsTypeIdAndUnchangedData() throws IOException {
    log.append("price", "{\"eur\":12}");
    log.append("two lines\n  indented");
    log.end();

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--first-delay", "1", url(server));

      assertEquals(
          """
          price  id 1
          {"eur":12}

          message  id 2
          two lines
            indented

          """,
          run.out());
      assertEquals(0, run.exitCode(), run::toString);
    }
  }

  @Test
  void jsonIsOneLineForEachEvent() throws IOException {
    log.append("price", "{\"eur\":12}");
    log.append("tab\there\nand a quote \" and a backslash \\ and \u0001 and € and 😀");
    log.end();

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--json", "--first-delay", "1", url(server));

      assertEquals(
          """
          {"id":"1","type":"price","data":"{\\"eur\\":12}"}
          {"id":"2","type":"message","data":"tab\\there\\nand a quote \\" and a backslash \\\\ and \
          \\u0001 and € and 😀"}
          """,
          run.out());
    }
  }

  @Test
  void jsonIdIsTheLastEventIdOfTheStreamAndNullWithoutOne() throws IOException {
    String body = "data: a\n\nid: 7\ndata: b\n\ndata: c\n\nid:\ndata: d\n\n";

    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              exchange.answer(200, List.of("Content-Type: text/event-stream"), body);
            })) {
      CommandRun run = CommandRun.of("tail", "--json", "-n", "4", server.uri("/").toString());

      assertEquals(
          """
          {"id":null,"type":"message","data":"a"}
          {"id":"7","type":"message","data":"b"}
          {"id":"7","type":"message","data":"c"}
          {"id":null,"type":"message","data":"d"}
          """,
          run.out());
    }
  }

  @Test
  void statesArePrintedOnStandardError() throws IOException {
    log.append("a");
    log.end();

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--first-delay", "1", url(server));

      assertEquals(
          List.of(
              "connecting...",
              "open",
              "waiting 1 ms: the server ended the connection",
              "reconnecting...",
              "the server ended the stream after 1 event"),
          run.errLines());
    }
  }

  @Test
  void quietPrintsNoStates() throws IOException {
    log.append("a");
    log.end();

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "-q", "--first-delay", "1", url(server));

      assertEquals("", run.err());
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void maxEventsStopsExactlyThere() throws IOException {
    for (int i = 0; i < 100; i++) {
      log.append("event " + i);
    }

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--json", "--max-events", "3", url(server));

      assertEquals(3, run.outLines().size(), run::toString);
      assertEquals(List.of("connecting...", "open", "stopped after 3 events"), run.errLines());
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void timeoutStopsAStreamThatGoesOn() throws IOException {
    log.append("a");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", "--json", "--timeout", "0.5", url(server));

      assertEquals(1, run.outLines().size(), run::toString);
      assertEquals("stopped by --timeout after 1 event", run.errLines().get(2));
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void answer204AtOnceIsAnOrderlyEnd() throws IOException {
    log.end();

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.of("tail", url(server));

      assertEquals("", run.out());
      assertEquals(0, run.exitCode(), run::toString);
    }
  }

  @Test
  void lastEventIdAndHeadersAreSent() throws Exception {
    log.append("a");
    log.append("b");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run =
          CommandRun.of(
              "tail",
              "--json",
              "--last-event-id=1",
              "--header=Authorization: Bearer a:b",
              "-H",
              "X-Two:2",
              "-n1",
              url(server));

      ServedRequest request = server.takeRequest(SOON);
      assertEquals("{\"id\":\"2\",\"type\":\"message\",\"data\":\"b\"}\n", run.out());
      assertEquals("1", request.request().header("Last-Event-ID"));
      assertEquals("Bearer a:b", request.request().header("Authorization"));
      assertEquals("2", request.request().header("X-Two"));
    }
  }

  @Test
  void resumedStreamPrintsReplayedEventsOnce() throws Exception {
    log.append("a");
    log.append("b");

    try (FakeSseServer server = FakeSseServer.builder(log).overlap(2).start()) {
      CommandRun run = CommandRun.prepared();
      CompletableFuture<CommandRun> running =
          CompletableFuture.supplyAsync(
              () -> run.run("tail", "--json", "-n3", "--first-delay=20", url(server)));
      run.awaitOutLines(2);
      server.cutAll(Cut.RST);
      log.append("c");
      running.get(10, TimeUnit.SECONDS);

      assertEquals(
          List.of(
              "{\"id\":\"1\",\"type\":\"message\",\"data\":\"a\"}",
              "{\"id\":\"2\",\"type\":\"message\",\"data\":\"b\"}",
              "{\"id\":\"3\",\"type\":\"message\",\"data\":\"c\"}"),
          run.outLines());
      assertEquals("2", server.requests().get(1).cursor());
      assertTrue(run.errLines().get(2).startsWith("waiting "), run::toString);
      assertTrue(run.errLines().get(2).contains(" broke: "), run::toString);
      assertEquals("open, resumed after id 2", run.errLines().get(4));
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void cursorGoneAfterTheFirstConnectionExitsWithOne() throws Exception {
    log.append("a");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.prepared();
      CompletableFuture<CommandRun> running =
          CompletableFuture.supplyAsync(
              () -> run.run("tail", "--json", "--first-delay=1", url(server)));
      run.awaitOutLines(1);
      server.answerNext(410, List.of(), "");
      server.cutAll(Cut.FIN);
      running.get(10, TimeUnit.SECONDS);

      assertTrue(run.err().contains("\ngap: "), run::toString);
      assertTrue(lastErrLine(run).startsWith("perennial tail: Events are missing"), run::toString);
      assertEquals(1, run.exitCode());
    }
  }

  @Test
  void interruptEndsTail() throws Exception {
    log.append("a");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.prepared();
      CompletableFuture<CommandRun> running =
          CompletableFuture.supplyAsync(() -> run.run("tail", "--json", url(server)));
      run.awaitOutLines(1);
      run.interrupt();
      running.get(2, TimeUnit.SECONDS);

      assertEquals("interrupted after 1 event", lastErrLine(run));
      assertEquals(130, run.exitCode());
    }
  }

  @Test
  void closedOutputEndsTailQuietly() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    log.append("a");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.prepared().runWithOutput(closed, "tail", "--json", url(server));

      assertEquals(List.of("connecting...", "open"), run.errLines());
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void eachEventIsWrittenAtOnceAndInOneWrite() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    ByteArrayOutputStream output =
        new ByteArrayOutputStream() {
          @Override
          public void write(byte[] bytes) throws IOException {
            super.write(bytes);
            written.countDown();
          }
        };
    log.append("a");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run = CommandRun.prepared();
      CompletableFuture<CommandRun> running =
          CompletableFuture.supplyAsync(
              () -> run.runWithOutput(output, "tail", "--json", url(server)));
      assertTrue(written.await(10, TimeUnit.SECONDS));

      assertEquals("{\"id\":\"1\",\"type\":\"message\",\"data\":\"a\"}\n", output.toString(UTF_8));

      run.interrupt();
      running.get(2, TimeUnit.SECONDS);
    }
  }

  @Test
  void serverCannotControlTheTerminal() throws IOException {
    log.append("t\u001b[31m", "\u001b]0;title\u0007 \u009b1m and\ttab\nline");
    log.end();

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun run =
          CommandRun.onTerminal(Map.of("NO_COLOR", "1"))
              .run("tail", "-n1", "--first-delay=1", url(server));

      assertEquals("t␛[31m  id 1\n␛]0;title␇ \ufffd1m and\ttab\nline\n\n", run.out());
    }
  }

  @Test
  void stylesAreOnlyForTerminalsWithoutNoColor() throws IOException {
    log.append("a");

    try (FakeSseServer server = FakeSseServer.start(log)) {
      CommandRun coloured = CommandRun.onTerminal(Map.of()).run("tail", "-n1", url(server));
      CommandRun declined =
          CommandRun.onTerminal(Map.of("NO_COLOR", "1")).run("tail", "-n1", url(server));
      CommandRun dumb =
          CommandRun.onTerminal(Map.of("TERM", "dumb")).run("tail", "-n1", url(server));
      CommandRun piped = CommandRun.of("tail", "-n1", url(server));

      assertEquals("\u001b[1mmessage\u001b[0m  \u001b[2mid 1\u001b[0m\na\n\n", coloured.out());
      assertTrue(coloured.err().contains("\u001b["), coloured::toString);
      assertEquals("message  id 1\na\n\n", declined.out());
      assertEquals("message  id 1\na\n\n", dumb.out());
      assertEquals("message  id 1\na\n\n", piped.out());
      assertTrue(!(declined.err() + dumb.err() + piped.err()).contains("\u001b"), piped::toString);
    }
  }

  private static String url(FakeSseServer server) {
    return server.uri("/ticks").toString();
  }

  private static String lastErrLine(CommandRun run) {
    List<String> lines = run.errLines();
    return lines.get(lines.size() - 1);
  }
}
