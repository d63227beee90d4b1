package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Messages that {@code tail} sends over a WebSocket, and binary messages. */
class TailWebSocketTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeEventLog log = FakeEventLog.create();

  // ---- On open ----

  @Test
  void openMessageHasTheCursorOfEachConnection() throws Exception {
    log.append("a");

    try (FakeWebSocketServer server =
        FakeWebSocketServer.builder(log).resumingByMessage().start()) {
      CommandRun run = CommandRun.prepared();
      CompletableFuture<CommandRun> running =
          started(run, "--on-open={\"since\":{cursor}}", "-n2", url(server));
      run.awaitOutLines(1);
      server.cutAll(Cut.RST);
      log.append("b");
      running.get(10, TimeUnit.SECONDS);

      assertEquals("{\"since\":null}", server.takeMessage(SOON).text());
      assertEquals("{\"since\":\"1\"}", server.takeMessage(SOON).text());
      assertEquals(2, run.outLines().size(), run::toString);
      assertEquals(0, run.exitCode());
    }
  }

  @Test
  void openMessageHasTheInitialCursor() throws Exception {
    log.append("a");
    log.append("b");

    try (FakeWebSocketServer server =
        FakeWebSocketServer.builder(log).resumingByMessage().start()) {
      CommandRun run =
          CommandRun.of(
              "tail", "--since=1", "--on-open={\"since\":{cursor}}", "--json", "-n1", url(server));

      assertEquals("{\"since\":\"1\"}", server.takeMessage(SOON).text());
      assertTrue(run.out().startsWith("{\"id\":\"2\","), run::toString);
    }
  }

  @Test
  void openMessageWithoutCursorLeavesAGap() throws Exception {
    log.append("a");

    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      CommandRun run = CommandRun.prepared();
      CompletableFuture<CommandRun> running =
          started(run, "--on-open={\"subscribe\":\"BTC\"}", "-n2", url(server));
      run.awaitOutLines(1);
      // This server sends events without being asked, so a reset now might discard the message.
      assertEquals("{\"subscribe\":\"BTC\"}", server.takeMessage(SOON).text());
      server.cutAll(Cut.RST);
      log.append("b");
      running.get(10, TimeUnit.SECONDS);

      assertTrue(run.err().contains("\ngap: "), run::toString);
      assertEquals("{\"subscribe\":\"BTC\"}", server.takeMessage(SOON).text());
    }
  }

  // ---- Standard input ----

  @Test
  void linesAreSentInOrderAndEndOfInputDoesNotEndTheCommand() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      CommandRun run = CommandRun.prepared().withInput(input("one\ntwo €\r\nthree"));
      CompletableFuture<CommandRun> running = started(run, "--on-open=first", "-n1", url(server));

      assertEquals("first", server.takeMessage(SOON).text());
      assertEquals("one", server.takeMessage(SOON).text());
      assertEquals("two €", server.takeMessage(SOON).text());
      assertEquals("three", server.takeMessage(SOON).text());

      log.append("a");
      running.get(10, TimeUnit.SECONDS);
      assertEquals(List.of("connecting...", "open", "stopped after 1 event"), run.errLines());
    }
  }

  @Test
  void lineWaitsForTheNextConnection() throws Exception {
    log.append("a");

    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        PipedOutputStream typed = new PipedOutputStream()) {
      CommandRun run = CommandRun.prepared().withInput(new PipedInputStream(typed));
      CompletableFuture<CommandRun> running = startedAndCut(run, server, "Retry-After: 1");
      typed.write("late\nlater\n".getBytes(UTF_8));
      typed.flush();
      run.awaitErr("line 1 of standard input is waiting to be sent: NOT_CONNECTED");

      assertEquals("late", server.takeMessage(SOON).text());
      assertEquals("later", server.takeMessage(SOON).text());
      log.append("b");
      running.get(10, TimeUnit.SECONDS);
      assertFalse(run.err().contains("was not sent"), run::toString);
    }
  }

  @Test
  void lineThatWasNeverSentIsReportedAtTheEnd() throws Exception {
    log.append("a");

    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        PipedOutputStream typed = new PipedOutputStream()) {
      CommandRun run = CommandRun.prepared().withInput(new PipedInputStream(typed));
      CompletableFuture<CommandRun> running = startedAndCut(run, server, "Retry-After: 3600");
      typed.write("late\n".getBytes(UTF_8));
      typed.flush();
      run.awaitErr("line 1 of standard input is waiting to be sent: NOT_CONNECTED");
      run.interrupt();
      running.get(10, TimeUnit.SECONDS);

      assertTrue(
          run.err().endsWith("line 1 of standard input was not sent: the stream has ended\n"),
          run::toString);
      assertEquals(List.of(), server.received());
      assertEquals(130, run.exitCode());
    }
  }

  @Test
  void oversizedLineIsReportedAndTheNextIsSent() throws Exception {
    InputStream large = new ByteArrayInputStream(new byte[16 * 1024 * 1024 + 1]);

    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      CommandRun run =
          CommandRun.prepared().withInput(new SequenceInputStream(large, input("\nnext\n")));
      CompletableFuture<CommandRun> running = started(run, "-n1", url(server));

      assertEquals("next", server.takeMessage(SOON).text());
      assertTrue(
          run.err().contains("line 1 of standard input was not sent: it is larger than 16 MiB\n"),
          run::toString);

      log.append("a");
      running.get(10, TimeUnit.SECONDS);
      assertEquals(1, server.received().size());
    }
  }

  private static CompletableFuture<CommandRun> startedAndCut(
      CommandRun run, FakeWebSocketServer server, String retryAfter) throws InterruptedException {
    CompletableFuture<CommandRun> running =
        started(run, "-n2", "--cursor-parameter=since", url(server));
    run.awaitOutLines(1);
    server.answerNext(429, List.of(retryAfter), "");
    server.cutAll(Cut.RST);
    run.awaitErr(" but was 429 ");
    return running;
  }

  // ---- Binary ----

  @Test
  void binaryMessageIsPrintedAsBase64() throws IOException {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.binary(new byte[] {0, (byte) 0xff, 16}));
              socket.send(WebSocketFrame.close(1000, ""));
              socket.awaitClose(SOON);
            })) {
      CommandRun run =
          CommandRun.of(
              "tail", "--json", "-n", "1", server.uri("/").toString().replace("http", "ws"));

      assertEquals("{\"id\":null,\"type\":\"message\",\"data\":\"AP8Q\"}\n", run.out());
      assertEquals(0, run.exitCode(), run::toString);
    }
  }

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static CompletableFuture<CommandRun> started(CommandRun run, String... options) {
    String[] args = new String[options.length + 2];
    args[0] = "tail";
    args[1] = "--json";
    System.arraycopy(options, 0, args, 2, options.length);
    return CompletableFuture.supplyAsync(() -> run.run(args));
  }

  private static String url(FakeWebSocketServer server) {
    return server.uri("/ticks").toString();
  }
}
