package dev.perennial.examples.programs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the programs of {@code docs/guide/eight-programs.md}. */
@Timeout(60)
class EightProgramsTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, UTF_8);

  private List<String> printedLines() {
    return printed.toString(UTF_8).lines().toList();
  }

  @Test
  void tickerPrintsEachTickOnceThoughItsConnectionIsCut() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    try (FakeSseServer server = FakeSseServer.builder(log).overlap(2).start()) {
      CompletableFuture<Void> program =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Ticker.run(server.uri("/ticks").toString(), out);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      log.append("{\"symbol\":\"ACME\",\"price\":1.5}");
      server.takeRequest(ofSeconds(20));
      server.cutAll(Cut.RST);
      log.append("{\"symbol\":\"ACME\",\"price\":2.5}");
      log.end();

      program.get(50, TimeUnit.SECONDS);
    }
    assertEquals(List.of("ACME 1.5", "ACME 2.5"), printedLines());
  }

  @Test
  void modelIsAskedWithTheConversationSoFar() throws Exception {
    try (LoopbackServer model = LoopbackServer.start(EightProgramsTest::answer)) {
      LlmChat chat = new LlmChat(model.uri("/v1/chat/completions").toString(), "sk-1");
      StringBuilder shown = new StringBuilder();

      assertEquals("Hello!", chat.ask("Hi", shown::append));
      StreamException cutOff =
          assertThrows(StreamException.class, () -> chat.ask("cut", shown::append));
      assertEquals("Hello!", chat.ask("Still there?", shown::append));

      assertEquals(StreamException.Reason.INCOMPLETE, cutOff.reason());
      assertEquals("Hello!HelHello!", shown.toString());
      assertEquals(
          "{\"model\":\"small\",\"stream\":true,\"messages\":["
              + "{\"role\":\"user\",\"content\":\"Hi\"},"
              + "{\"role\":\"assistant\",\"content\":\"Hello!\"},"
              + "{\"role\":\"user\",\"content\":\"Still there?\"}]}",
          model.requests().get(2).bodyUtf8());
    }
  }

  private static void answer(Exchange exchange) throws IOException {
    boolean isCut = exchange.request().bodyUtf8().contains("\"cut\"");
    List<String> events = new ArrayList<>(List.of(token("Hel")));
    if (!isCut) {
      events.addAll(List.of(token("lo!"), "data: [DONE]\n\n"));
    }
    exchange.answer(200, List.of("Content-Type: text/event-stream"), String.join("", events));
  }

  private static String token(String text) {
    return "data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  }

  @Test
  void chatSendsLinesAndPrintsWhatIsSaid() throws Exception {
    try (LoopbackServer room =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              WebSocketFrame said = socket.read(ofSeconds(20));
              while (said != null && said.opcode() == WebSocketFrame.TEXT) {
                String text = said.text().replace("\"say\"", "\"text\"").substring(1);
                socket.send(WebSocketFrame.text("{\"id\":\"1\",\"from\":\"Ada\"," + text));
                said = socket.read(ofSeconds(20));
              }
            })) {
      String url = room.uri("/rooms/42").toString().replace("http", "ws");

      LineChat.run(url, typing("hello"), out);
    }
    assertEquals(List.of("Ada: hello"), printedLines());
  }

  /** Types the lines, and leaves after as many have been printed. */
  private BufferedReader typing(String... typed) {
    return new BufferedReader(new StringReader(String.join("\n", typed))) {
      @Override
      public String readLine() throws IOException {
        String line = super.readLine();
        while (line == null && printedLines().size() < typed.length) {
          Thread.yield(); // The answer comes from another thread.
        }
        return line;
      }
    };
  }

  @Test
  void brokenServersAreNamed() throws Exception {
    assertEnds(
        "HTTP_STATUS", "but was 404", exchange -> exchange.answer(404, List.of(), "no such feed"));
    assertEnds(
        "CONTENT_TYPE",
        "text/html",
        exchange -> exchange.answer(200, List.of("Content-Type: text/html"), "<html>"));
    assertEnds("HTTP_STATUS", "401", exchange -> exchange.answer(401, List.of(), "who are you"));
  }

  private void assertEnds(String reason, String detail, LoopbackServer.Handler broken)
      throws Exception {
    printed.reset();
    try (LoopbackServer server = LoopbackServer.start(broken)) {
      String url = server.uri("/ticks").toString();

      assertFalse(WatchedTicker.follow(Sse.stream(url), out));

      assertEquals(1, printedLines().size(), printed.toString(UTF_8));
      assertTrue(printedLines().get(0).startsWith(reason + ": "), printed.toString(UTF_8));
      assertTrue(
          printedLines().get(0).contains(detail) && printedLines().get(0).contains(url),
          printedLines().get(0));
    }
  }

  @Test
  void serverThatIsNotThereIsNamedAtEachAttempt() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    RetryPolicy thrice = RetryPolicy.fixed(ofMillis(5)).withMaxAttempts(3);

    assertFalse(
        WatchedTicker.follow(
            Sse.stream("http://127.0.0.1:" + port + "/ticks").withRetry(thrice), out));

    assertTrue(
        printedLines().get(0).startsWith("trying again: Could not connect to http://127.0.0.1:"),
        printed.toString(UTF_8));
    assertTrue(printedLines().get(0).contains("127.0.0.1:" + port), printedLines().get(0));
  }
}
