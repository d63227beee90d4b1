package dev.perennial.tests.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server must not send, and what it may. */
@Timeout(60)
class HostileFramesTest {
  private static final Duration PATIENCE = ofSeconds(20);

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final BlockingQueue<Integer> closedWith = new LinkedBlockingQueue<>();

  /** What happens on a connection once it is open. */
  private interface Script {
    void run(WebSocketExchange socket) throws IOException;
  }

  private LoopbackServer serve(Script script) throws Exception {
    return LoopbackServer.start(
        exchange -> {
          WebSocketExchange socket = WebSocketExchange.accept(exchange);
          socket.send(WebSocketFrame.text("good"));
          script.run(socket);
          @Nullable WebSocketFrame close = socket.awaitClose(PATIENCE);
          closedWith.add(close == null ? 0 : close.closeCode());
        });
  }

  private void follow(LoopbackServer server, UnaryOperator<WebSockets.Builder> options) {
    options.apply(WebSockets.builder(server.uri("/").toString())).stream()
        .withRetry(RetryPolicy.never())
        .subscribe(recorder.listener());
  }

  private static byte[] bytes(String hex) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    return bytes;
  }

  /** The event before the breach is delivered; the close frame says what the server did wrong. */
  @ParameterizedTest
  @CsvSource({
    "a masked frame, 818101020304 40, 1002",
    "RSV1 without an extension, c10161, 1002",
    "RSV2, a10161, 1002",
    "RSV3, 910161, 1002",
    "an unknown data opcode, 830161, 1002",
    "an unknown control opcode, 8b00, 1002",
    "a ping in fragments, 0900, 1002",
    "a ping of 126 bytes, 897e007e, 1002",
    "a continuation of nothing, 800161, 1002",
    "a message within a message, 010161 810162, 1002",
    "a length that is not minimal, 817e0001 61, 1002",
    "a length above 2^63, 817fffffffffffffffff, 1002",
    "text that is no UTF-8, 8102c328, 1007",
    "an overlong form, 8102c0af, 1007",
    "a surrogate, 8103eda080, 1007",
    "half a character at the end, 8101c3, 1007",
    "more than the limit, 817e0401, 1009",
    "more than any memory, 827f7fffffffffffffff, 1009"
  })
  void breachEndsTheConnectionWithItsCode(String what, String hex, int code) throws Exception {
    try (LoopbackServer server = serve(socket -> socket.write(bytes(hex.replace(" ", ""))))) {
      follow(server, client -> client.maxEventBytes(1_024));
      recorder.assertEvents("good");
      StreamException failure = recorder.takeFailure();
      assertEquals(code == 1009 ? Reason.LIMIT : Reason.CLOSE_CODE, failure.reason(), what);
      assertEquals(code == 1009 ? -1 : code, failure.code(), what);
      assertTrue(failure.getMessage().startsWith("Expected"), failure::getMessage);
      assertTrue(failure.getMessage().contains("127.0.0.1"), failure::getMessage);
      assertEquals(code, closedWith.poll(20, TimeUnit.SECONDS), what);
    }
  }

  /** The connection is over in any case, and what the server sent says more than its breach. */
  @ParameterizedTest
  @CsvSource({
    "a close code that must not be sent, 880203ee, 1006, 1002",
    "a code below all others, 88020000, 0, 1002",
    "a reason that is no UTF-8, 880303f3ff, 1011, 1007",
    "a reason that is cut in mid-character, 880403f361c3, 1011, 1007"
  })
  void breachInACloseFrameIsACloseWithItsCode(String what, String hex, int code, int answer)
      throws Exception {
    try (LoopbackServer server = serve(socket -> socket.write(bytes(hex)))) {
      follow(server, client -> client);
      recorder.assertEvents("good");
      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.CLOSE_CODE, failure.reason(), what);
      assertEquals(code, failure.code(), what);
      assertEquals(answer, closedWith.poll(20, TimeUnit.SECONDS), what);
    }
  }

  @Test
  void closeFrameOfOneByteIsACloseWithoutACode() throws Exception {
    try (LoopbackServer server = serve(socket -> socket.write(bytes("880103")))) {
      follow(server, client -> client);
      recorder.assertEvents("good");
      recorder.assertCompleted(); // It is not tried again here, and no failure.
      assertEquals(1002, closedWith.poll(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void fragmentsAreOneMessageWithControlFramesBetween() throws Exception {
    BlockingQueue<WebSocketFrame> answers = new LinkedBlockingQueue<>();
    try (LoopbackServer server =
        serve(
            socket -> {
              byte[] text = "zwölf €uro 😀".getBytes(UTF_8);
              socket.send(WebSocketFrame.of(WebSocketFrame.TEXT, new byte[0]).unfinished());
              for (byte each : text) { // Each character cut into its bytes.
                socket.send(WebSocketFrame.of(0, new byte[] {each}).unfinished());
              }
              socket.send(WebSocketFrame.ping("are you there?"));
              answers.add(socket.read(PATIENCE));
              socket.send(WebSocketFrame.pong("unasked"));
              socket.send(WebSocketFrame.of(0, new byte[0]));
            })) {
      follow(server, client -> client);
      recorder.assertEvents("good", "zwölf €uro 😀");
      WebSocketFrame pong = answers.poll(20, TimeUnit.SECONDS);
      assertEquals(WebSocketFrame.PONG, pong.opcode());
      assertEquals("are you there?", pong.text());
      recorder.close();
    }
  }

  @Test
  void floodOfPingsIsAnsweredWithoutAQueue() throws Exception {
    byte[] last = WebSocketFrame.ping("the last").encoded();
    AtomicInteger answered = new AtomicInteger();
    BlockingQueue<String> lastAnswer = new LinkedBlockingQueue<>();
    try (LoopbackServer server =
        serve(
            socket -> {
              byte[] ping = WebSocketFrame.ping("again").encoded();
              for (int i = 0; i < 50_000; i++) {
                socket.write(ping);
              }
              socket.write(last);
              WebSocketFrame pong = socket.read(PATIENCE);
              while (!pong.text().equals("the last")) {
                answered.incrementAndGet();
                pong = socket.read(PATIENCE);
              }
              lastAnswer.add(pong.text());
              socket.send(WebSocketFrame.text("still here"));
            })) {
      follow(server, client -> client);
      recorder.assertEvents("good", "still here");
      assertEquals("the last", lastAnswer.poll(20, TimeUnit.SECONDS));
      assertTrue(answered.get() <= 50_000);
      recorder.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 125, 126, 65_535, 65_536, 1_000_000})
  void binaryMessagesOfAnySizeAreDelivered(int size) throws Exception {
    EventRecorder<byte[]> binary = EventRecorder.<byte[]>create().waitingAtMost(PATIENCE);
    byte[] payload = new byte[size];
    for (int i = 0; i < size; i++) {
      payload[i] = (byte) i;
    }
    try (LoopbackServer server = serve(socket -> socket.send(WebSocketFrame.binary(payload)))) {
      WebSockets.builder(server.uri("/").toString()).stream(dev.perennial.Decoder.bytes())
          .subscribe(binary.listener());
      binary.takeEvent();
      org.junit.jupiter.api.Assertions.assertArrayEquals(payload, binary.takeEvent().data());
      binary.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'Sec-WebSocket-Extensions: permessage-deflate', no extension",
    "'Sec-WebSocket-Protocol: chat', no subprotocol"
  })
  void whatWasNotOfferedIsRejected(String header, String words) throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange, List.of(header));
              socket.awaitClose(PATIENCE);
            })) {
      follow(server, client -> client);
      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.PROTOCOL, failure.reason());
      assertTrue(failure.getMessage().contains(words), failure::getMessage);
    }
  }

  @Test
  void subprotocolThatTheServerDoesNotSpeakIsRefused() throws Exception {
    try (LoopbackServer server = serve(socket -> {})) {
      follow(server, client -> client.subprotocols("chat.v2", "chat.v1"));
      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.PROTOCOL, failure.reason());
      assertTrue(
          failure.getMessage().startsWith("Expected a subprotocol of [chat.v2, chat.v1]"),
          failure::getMessage);
    }
  }

  @Test
  void messageThatTricklesKeepsTheConnectionAliveByItsBytes() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              byte[] frame = WebSocketFrame.text("x".repeat(30)).encoded();
              for (byte each : frame) {
                socket.write(new byte[] {each});
                exchange.pause(ofMillis(50)); // 1.6 s in all.
              }
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString()).stream()
          .withRetry(RetryPolicy.never())
          .withStaleAfter(ofMillis(800))
          .subscribe(recorder.listener());
      assertNotNull(recorder.takeEvent());
      recorder.close();
    }
  }
}
