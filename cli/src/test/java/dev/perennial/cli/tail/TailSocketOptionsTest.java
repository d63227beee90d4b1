package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The handshake, the close codes and the JSON pings of a WebSocket. */
class TailSocketOptionsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  // ---- Handshake ----

  @Test
  void subprotocolsAndOriginAreOffered() throws Exception {
    try (LoopbackServer server = closing(List.of("Sec-WebSocket-Protocol: b"), 4400)) {
      CommandRun run =
          tail(
              server,
              "--subprotocol=a",
              "--subprotocol=b",
              "--origin=https://app.example.com",
              "--on-close=4400=complete");

      assertEquals(0, run.exitCode(), run::toString);
      assertEquals("a, b", server.requests().get(0).header("Sec-WebSocket-Protocol"));
      assertEquals("https://app.example.com", server.requests().get(0).header("Origin"));
    }
  }

  @Test
  void serverThatChoosesNoSubprotocolIsRefused() throws Exception {
    try (LoopbackServer server = closing(List.of(), 1000)) {
      CommandRun run = tail(server, "-q", "--subprotocol=a");

      assertEquals(3, run.exitCode(), run::toString);
    }
  }

  @Test
  void compressionIsOfferedByOption() throws Exception {
    try (LoopbackServer server = closing(List.of(), 4400)) {
      tail(server, "--on-close=4400=complete");
      tail(server, "--on-close=4400=complete", "--compressed");

      assertNull(server.requests().get(0).header("Sec-WebSocket-Extensions"));
      assertTrue(
          server
              .requests()
              .get(1)
              .header("Sec-WebSocket-Extensions")
              .startsWith("permessage-deflate"));
    }
  }

  // ---- Close codes ----

  @ParameterizedTest
  @CsvSource({"4400=fail, 1", "4400=complete, 0", "4400=Complete, 0"})
  void closeCodeEndsTheCommandAsTheOptionSays(String rule, int exitCode) throws Exception {
    try (LoopbackServer server = closing(List.of(), 4400)) {
      CommandRun run = tail(server, "--on-close=" + rule);

      assertEquals(1, server.requests().size());
      assertEquals(exitCode, run.exitCode(), run::toString);
    }
  }

  @Test
  void closeCodeIsRetriedAsTheOptionSays() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(
                  WebSocketFrame.close(connections.incrementAndGet() < 3 ? 1008 : 4000, ""));
              socket.awaitClose(SOON);
            })) {
      CommandRun run =
          tail(server, "--first-delay=1", "--on-close=1008=retry", "--on-close=4000=complete");

      assertEquals(3, server.requests().size());
      assertEquals(0, run.exitCode(), run::toString);
    }
  }

  // ---- JSON pings ----

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      value = {
        "/type=ping {\"type\":\"pong\"} | {\"type\":\"ping\"} | {\"type\":\"pong\"}",
        "/ping {\"pong\":{value}} | {\"ping\":1700000000123} | {\"pong\":1700000000123}",
        "/ping {\"pong\":{value}} | {\"ping\":\"a\\\"b\"} | {\"pong\":\"a\\\"b\"}",
        "/d/t pong {value} | {\"d\":{\"t\":[1, 2.50]}} | pong [1, 2.50]",
      })
  void jsonPingsAreAnsweredAndNotPrinted(String pong, String ping, String answer) throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text(ping));
              WebSocketFrame sent = readText(socket);
              received.add(sent == null ? "nothing" : sent.text());
              socket.send(WebSocketFrame.text("{\"price\":1}"));
              socket.awaitClose(SOON);
            })) {
      CommandRun run = tail(server, "--pong=" + pong, "--pong=/other=1 no", "--data=raw", "-n1");

      assertEquals("{\"price\":1}\n", run.out(), run::toString);
      assertEquals(answer, received.poll(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void jsonPingIsAnsweredWhileTheOutputIsBlocked() throws Exception {
    CountDownLatch printing = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("{\"price\":1}"));
              socket.send(WebSocketFrame.text("{\"price\":2}"));
              if (printing.await(20, TimeUnit.SECONDS)) {
                socket.send(WebSocketFrame.text("{\"type\":\"ping\"}"));
                if (readText(socket) != null) {
                  answered.countDown();
                }
              }
              socket.awaitClose(SOON);
            })) {
      OutputStream blocked =
          new ByteArrayOutputStream() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
              printing.countDown();
              try {
                assertTrue(answered.await(20, TimeUnit.SECONDS), "The ping was not answered");
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              super.write(bytes, offset, length);
            }
          };
      CommandRun.prepared()
          .runWithOutput(
              blocked,
              "tail",
              "--pong=/type=ping {\"type\":\"pong\"}",
              "--data=raw",
              "-n2",
              server.uri("/").toString().replace("http:", "ws:"));

      assertEquals(0, answered.getCount());
      assertEquals("{\"price\":1}\n{\"price\":2}\n", blocked.toString());
    }
  }

  private static @Nullable WebSocketFrame readText(WebSocketExchange socket) throws IOException {
    WebSocketFrame frame = socket.read(SOON);
    while (frame != null && frame.opcode() != WebSocketFrame.TEXT) {
      frame = socket.read(SOON);
    }
    return frame;
  }

  // ---- Wrong values ----

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      value = {
        "--on-close=4000 | ws | --on-close must be <code>=retry, <code>=complete or <code>=fail"
            + " with a code from 1000 to 4999 but was \"4000\"",
        "--on-close=999=retry | ws | --on-close must be <code>=retry, <code>=complete or"
            + " <code>=fail with a code from 1000 to 4999 but was \"999=retry\"",
        "--on-close=4000=stop | ws | --on-close must be <code>=retry, <code>=complete or"
            + " <code>=fail with a code from 1000 to 4999 but was \"4000=stop\"",
        "--pong=/type=ping | ws | --pong must be '<pointer>[=<value>] <answer>' such as"
            + " '/type=ping {\"type\":\"pong\"}' but was \"/type=ping\"",
        "--subprotocol=a | http | --subprotocol requires a WebSocket: use a ws or wss URL or"
            + " --transport ws",
        "--on-close=1000=fail | http | --on-close requires a WebSocket: use a ws or wss URL or"
            + " --transport ws",
        "--http2 | ws | --http2 cannot be used with a WebSocket: omit it",
        "-dx | ws | -d cannot be used with a WebSocket: omit it",
        "--resend | http | --resend requires -d",
        "--insecure --cacert=x | https | --insecure cannot be combined with --cacert: it accepts"
            + " any certificate",
        "--data=xml | http | --data must be text, raw, pretty or json but was \"xml\"",
        "--json --data=raw | http | --json cannot be combined with --data raw: --data json prints"
            + " the data as JSON within the line",
      })
  void invalidValuesAreRejectedWithTheRule(String options, String scheme, String message) {
    List<String> args = new ArrayList<>(List.of("tail"));
    args.addAll(List.of(options.split(" ")));
    args.add(scheme + "://127.0.0.1:1/");
    CommandRun run = CommandRun.of(args.toArray(new String[0]));

    assertEquals(
        List.of("perennial tail: " + message, "Try 'perennial tail --help'."), run.errLines());
    assertEquals(2, run.exitCode());
  }

  /** Accepts the handshake with these headers and closes with this code. */
  private static LoopbackServer closing(List<String> headers, int code) throws IOException {
    return LoopbackServer.start(
        exchange -> {
          WebSocketExchange socket = WebSocketExchange.accept(exchange, headers);
          socket.send(WebSocketFrame.close(code, ""));
          socket.awaitClose(SOON);
        });
  }

  private static CommandRun tail(LoopbackServer server, String... options) {
    List<String> args = new ArrayList<>(List.of("tail"));
    args.addAll(List.of(options));
    args.add(server.uri("/").toString().replace("http:", "ws:"));
    return CommandRun.of(args.toArray(new String[0]));
  }
}
