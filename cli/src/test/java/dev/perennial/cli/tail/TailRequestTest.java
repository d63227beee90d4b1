package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tail} requests, and how often. */
class TailRequestTest {
  private static final List<String> SSE = List.of("Content-Type: text/event-stream");

  @TempDir private Path folder;

  // ---- POST ----

  @Test
  void bodyIsPostedOnceAndTheStreamEndsWithTheResponse() throws Exception {
    try (LoopbackServer server = answering(SSE, "data: {\"t\": \"Hi\"}\n\ndata: [DONE]\n\n")) {
      CommandRun run = CommandRun.of("tail", "-d", "{\"q\":1}", "--data", "raw", url(server));

      assertEquals("{\"t\": \"Hi\"}\n[DONE]\n", run.out(), run::toString);
      assertEquals(0, run.exitCode(), run::toString);
      ReceivedRequest request = server.requests().get(0);
      assertEquals("POST", request.method());
      assertEquals("{\"q\":1}", request.bodyUtf8());
      assertEquals("application/json", request.header("Content-Type"));
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void bodyCanComeFromAFileWithItsOwnContentType() throws Exception {
    Path file = Files.writeString(folder.resolve("query"), "a=é\n");
    try (LoopbackServer server = answering(SSE, "data: x\n\n")) {
      CommandRun run =
          CommandRun.of(
              "tail",
              "-d@" + file,
              "-HContent-Type: application/x-www-form-urlencoded",
              url(server));

      assertEquals(0, run.exitCode(), run::toString);
      assertEquals("a=é\n", server.requests().get(0).bodyUtf8());
      assertEquals(
          "application/x-www-form-urlencoded", server.requests().get(0).header("Content-Type"));
    }
  }

  @Test
  void bodyFileThatIsMissingIsAUsageError() {
    CommandRun run = CommandRun.of("tail", "-d@" + folder.resolve("none"), "http://127.0.0.1:1/");

    assertTrue(
        run.err().startsWith("perennial tail: --body cannot read the file: "), run::toString);
    assertEquals(2, run.exitCode());
  }

  @Test
  void postIsNotSentAgainToFindOutTheTransport() throws Exception {
    try (LoopbackServer server =
        answering(List.of("Content-Type: application/x-ndjson"), "{\"id\":1}\n")) {
      CommandRun run = CommandRun.of("tail", "-q", "-d{}", url(server));

      assertEquals(1, server.requests().size());
      assertEquals(3, run.exitCode(), run::toString);
    }
  }

  @Test
  void postThatIsCutIsNotSentAgain() throws Exception {
    try (LoopbackServer server = cutting()) {
      CommandRun run = CommandRun.of("tail", "-d{}", "--first-delay=1", url(server));

      assertEquals(1, server.requests().size());
      assertEquals(1, run.exitCode(), run::toString);
    }
  }

  @Test
  void postIsSentAgainWithTheCursorByOption() throws Exception {
    try (LoopbackServer server = cutting()) {
      CommandRun run =
          CommandRun.of("tail", "-d{}", "--resend", "--first-delay=1", "-n2", url(server));

      assertEquals(0, run.exitCode(), run::toString);
      assertEquals("POST", server.requests().get(1).method());
      assertEquals("1", server.requests().get(1).header("Last-Event-ID"));
    }
  }

  // ---- How often ----

  @Test
  void pageIsRequestedOnce() throws Exception {
    try (LoopbackServer server = answering(List.of("Content-Type: text/html"), "<p>")) {
      CommandRun run = CommandRun.of("tail", "-q", url(server));

      assertEquals(1, server.requests().size());
      assertEquals(3, run.exitCode(), run::toString);
    }
  }

  @Test
  void answerWithoutAContentTypeIsRequestedOnce() throws Exception {
    try (LoopbackServer server = answering(List.of(), "data: x\n\n")) {
      CommandRun run = CommandRun.of("tail", "-q", url(server));

      assertEquals(1, server.requests().size());
      assertEquals(3, run.exitCode(), run::toString);
    }
  }

  // ---- A server that is not up yet ----

  @Test
  void serverThatIsNotUpYetIsWaitedForByOption() throws Exception {
    int port;
    try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = reserved.getLocalPort();
    }
    CommandRun run = CommandRun.prepared();
    CompletableFuture<CommandRun> running =
        CompletableFuture.supplyAsync(
            () ->
                run.run(
                    "tail",
                    "--retry-first",
                    "--first-delay=20",
                    "-n1",
                    "http://127.0.0.1:" + port));
    run.awaitErr("waiting ");

    try (LoopbackServer server =
        LoopbackServer.builder(exchange -> exchange.answer(200, SSE, "data: x\n\n"))
            .port(port)
            .start()) {
      running.get(30, TimeUnit.SECONDS);

      assertEquals(0, run.exitCode(), run::toString);
      assertEquals("message\nx\n\n", run.out());
    }
  }

  @Test
  void refusedConnectionNamesTheOptionThatWaits() throws Exception {
    int port;
    try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = reserved.getLocalPort();
    }
    CommandRun run = CommandRun.of("tail", "-q", "http://127.0.0.1:" + port);

    assertTrue(run.err().endsWith(" (--retry-first waits for the server)\n"), run::toString);
    assertEquals(3, run.exitCode());
  }

  // ---- HTTP/2 ----

  @Test
  void http2IsSpokenWithoutAskingByOption() throws Exception {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> began =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  return new String(socket.getInputStream().readNBytes(preface.length), US_ASCII);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      CommandRun run =
          CommandRun.of("tail", "-q", "--http2", "http://127.0.0.1:" + server.getLocalPort());

      assertEquals(new String(preface, US_ASCII), began.get(30, TimeUnit.SECONDS));
      assertEquals(3, run.exitCode(), run::toString);
    }
  }

  // ---- How data are printed ----

  @Test
  void jsonDataArePartOfTheLineAsTheyWereSent() throws Exception {
    List<String> data =
        List.of("{\"n\": 1.50, \"s\": \"a b\\u00e9\"}", "12345678901234567890", "no JSON", "{} {}");
    try (LoopbackServer server = answering(SSE, events(data))) {
      CommandRun run = CommandRun.of("tail", "--data=json", "-n4", url(server));

      assertEquals(
          List.of(
              "{\"id\":null,\"type\":\"message\",\"data\":{\"n\":1.50,\"s\":\"a b\\u00e9\"}}",
              "{\"id\":null,\"type\":\"message\",\"data\":12345678901234567890}",
              "{\"id\":null,\"type\":\"message\",\"data\":\"no JSON\"}",
              "{\"id\":null,\"type\":\"message\",\"data\":\"{} {}\"}"),
          run.outLines(),
          run::toString);
    }
  }

  @Test
  void prettyDataAreIndentedIfTheyAreJson() throws Exception {
    try (LoopbackServer server =
        answering(SSE, events(List.of("{\"a\":[1,{}],\"b\":\"x,{\"}", "no JSON")))) {
      CommandRun run = CommandRun.of("tail", "--data=pretty", "-n2", url(server));

      assertEquals(
          """
          message
          {
            "a": [
              1,
              {}
            ],
            "b": "x,{"
          }

          message
          no JSON

          """,
          run.out());
    }
  }

  private static String events(List<String> data) {
    List<String> events = new ArrayList<>();
    data.forEach(one -> events.add("data: " + one + "\n\n"));
    return String.join("", events);
  }

  /** Sends an event with its connection's number as id and cuts the connection. */
  private static LoopbackServer cutting() throws IOException {
    List<Integer> connections = new ArrayList<>();
    return LoopbackServer.start(
        exchange -> {
          int number;
          synchronized (connections) {
            connections.add(0);
            number = connections.size();
          }
          exchange.write(
              ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n")
                  .getBytes(UTF_8));
          String event = "id: " + number + "\ndata: x\n\n";
          exchange.write(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
          exchange.cut(Cut.FIN);
        });
  }

  private static LoopbackServer answering(List<String> headers, String body) throws IOException {
    return LoopbackServer.start(exchange -> exchange.answer(200, headers, body));
  }

  private static String url(LoopbackServer server) {
    return server.uri("/").toString();
  }
}
