package dev.perennial.tests.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventReader;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.websocket.CompressionOffer;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate over a socket, with a server that does what its answer says (RFC 7692). */
@Timeout(120)
class CompressionTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final int MEBIBYTE = 1024 * 1024;
  private static final String LARGE = "{\"name\":\"häll€ 😀\",\"n\":1234}".repeat(2_000);

  private final BlockingQueue<WebSocketFrame> received = new LinkedBlockingQueue<>();
  private final Map<String, String> offers = new ConcurrentHashMap<>();

  /** What a server agrees to. Window bits of 0 are not mentioned, and are 15 then. */
  private record Answer(
      boolean serverForgets, boolean clientForgets, int serverBits, int clientBits) {

    static Answer parse(String path) {
      String[] parts = path.substring(1).split("-", 4);
      return new Answer(
          parts[0].equals("1"),
          parts[1].equals("1"),
          Integer.parseInt(parts[2]),
          Integer.parseInt(parts[3]));
    }

    String path() {
      return "/"
          + bit(serverForgets)
          + "-"
          + bit(clientForgets)
          + "-"
          + serverBits
          + "-"
          + clientBits;
    }

    private static String bit(boolean is) {
      return is ? "1" : "0";
    }

    String header() {
      return "Sec-WebSocket-Extensions: permessage-deflate"
          + (serverForgets ? "; server_no_context_takeover" : "")
          + (clientForgets ? "; client_no_context_takeover" : "")
          + (serverBits == 0 ? "" : "; server_max_window_bits=" + serverBits)
          + (clientBits == 0 ? "" : "; client_max_window_bits=" + clientBits);
    }

    int windowBytes() {
      return 1 << (serverBits == 0 ? 15 : serverBits);
    }
  }

  /** Compresses with any window: what a full flush has passed is never referred back to. */
  private static final class Compressor implements AutoCloseable {
    private final Deflater deflater = new Deflater(6, /* nowrap= */ true);
    private final Answer terms;
    private final byte[] chunk = new byte[64 * 1024];

    Compressor(Answer terms) {
      this.terms = terms;
    }

    WebSocketFrame frame(String text) {
      byte[] bytes = text.getBytes(UTF_8);
      boolean isWindowFull = terms.serverBits() == 0;
      if (terms.serverForgets()) {
        deflater.reset();
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int step = isWindowFull ? Math.max(1, bytes.length) : terms.windowBytes();
      for (int from = 0; from < bytes.length; from += step) {
        deflater.setInput(bytes, from, Math.min(step, bytes.length - from));
        flush(out, isWindowFull ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH);
      }
      byte[] whole = out.toByteArray();
      byte[] payload =
          whole.length == 0 ? new byte[1] : Arrays.copyOf(whole, whole.length - 4); // 7.2.3.6
      return WebSocketFrame.of(WebSocketFrame.TEXT, payload).withRsv(4);
    }

    private void flush(ByteArrayOutputStream out, int how) {
      int count;
      do {
        count = deflater.deflate(chunk, 0, chunk.length, how);
        out.write(chunk, 0, count);
      } while (count == chunk.length);
    }

    @Override
    public void close() {
      deflater.end();
    }
  }

  private LoopbackServer server() throws Exception {
    return LoopbackServer.start(
        exchange -> {
          String path = exchange.request().path();
          offers.put(path, exchange.request().header("Sec-WebSocket-Extensions"));
          Answer answer = Answer.parse(path);
          WebSocketExchange socket = WebSocketExchange.accept(exchange, List.of(answer.header()));
          try (Compressor compressor = new Compressor(answer)) {
            socket.send(compressor.frame(LARGE));
            socket.send(compressor.frame(""));
            socket.send(WebSocketFrame.text("plain"));
            socket.send(compressor.frame(LARGE));
            WebSocketFrame sent = socket.read(PATIENCE);
            received.add(sent);
            socket.send(compressor.frame(sent.text()));
            socket.awaitClose(PATIENCE);
          }
        });
  }

  private void assertConversation(LoopbackServer server, CompressionOffer offer, Answer answer)
      throws Exception {
    WebSocketSender sender = WebSocketSender.create();
    try (EventReader<String> reader =
        WebSockets.builder(server.uri(answer.path()).toString())
            .compressed(offer)
            .sender(sender)
            .stream()
            .withRetry(RetryPolicy.never())
            .open()) {
      for (String expected : List.of(LARGE, "", "plain", LARGE)) {
        assertEquals(expected, next(reader), answer::toString);
      }
      sender.send(LARGE);
      WebSocketFrame sent = received.poll(20, TimeUnit.SECONDS);
      assertNotNull(sent);
      assertEquals(0, sent.rsv(), "RSV1 of what was sent, for " + answer);
      assertEquals(sent.text(), next(reader), answer::toString);
    }
    assertEquals(offer.toString(), offers.get(answer.path()));
  }

  private static String next(EventReader<String> reader) throws Exception {
    var event = reader.poll(PATIENCE);
    assertNotNull(event);
    return event.data();
  }

  /** 2 by 2 by 9 by 9 answers to the offer of browsers. */
  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void everyAnswerToTheStandardOfferIsSpoken(boolean serverForgets, boolean clientForgets)
      throws Exception {
    int[] bits = {0, 8, 9, 10, 11, 12, 13, 14, 15};
    try (LoopbackServer server = server()) {
      for (int serverBits : bits) {
        for (int clientBits : bits) {
          Answer answer = new Answer(serverForgets, clientForgets, serverBits, clientBits);
          assertConversation(server, CompressionOffer.standard(), answer);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 12, 15})
  void aNarrowerOfferIsSpoken(int bits) throws Exception {
    CompressionOffer offer =
        CompressionOffer.standard()
            .withServerNoContextTakeover()
            .withClientNoContextTakeover()
            .withServerMaxWindowBits(bits)
            .withClientMaxWindowBits(bits);
    try (LoopbackServer server = server()) {
      assertConversation(server, offer, new Answer(true, false, bits, 0));
      assertConversation(server, offer, new Answer(true, true, 8, 8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "permessage-deflate; client_max_window_bits=16, of 8 to 15 but was 16",
    "permessage-deflate; client_max_window_bits, of 8 to 15 but was null",
    "permessage-deflate; server_max_window_bits=7, of 8 to 15 but was 7",
    "permessage-deflate; server_no_context_takeover=1, without a value but was 1",
    "permessage-deflate; x, no unknown parameter but was x",
    "permessage-bzip2, no extension but permessage-deflate but was permessage-bzip2"
  })
  void invalidAnswerToTheOfferIsRejected(String header, String words) throws Exception {
    EventRecorder<String> recorder = EventRecorder.<String>create().waitingAtMost(PATIENCE);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange ->
                WebSocketExchange.accept(exchange, List.of("Sec-WebSocket-Extensions: " + header))
                    .awaitClose(PATIENCE))) {
      WebSockets.builder(server.uri("/").toString()).compressed().stream()
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());
      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.PROTOCOL, failure.reason());
      assertTrue(failure.getMessage().contains(words), failure::getMessage);
    }
  }

  @Test
  void aMebibyteOfOneLetterArrives() throws Exception {
    String letters = "x".repeat(MEBIBYTE);
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  Answer answer = new Answer(false, false, 0, 0);
                  WebSocketExchange socket =
                      WebSocketExchange.accept(exchange, List.of(answer.header()));
                  try (Compressor compressor = new Compressor(answer)) {
                    for (int i = 0; i < 8; i++) {
                      socket.send(compressor.frame("[\"" + letters + "\"]"));
                    }
                    socket.awaitClose(PATIENCE);
                  }
                });
        EventReader<String> reader =
            WebSockets.builder(server.uri("/").toString()).compressed().stream()
                .withRetry(RetryPolicy.never())
                .open()) {
      for (int i = 0; i < 8; i++) {
        assertEquals(MEBIBYTE + 4, next(reader).length());
      }
    }
  }

  /** Each message is small enough, but there is no end of them. */
  @Test
  void bombsWithoutEndAreStoppedByTheirSum() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  Answer answer = new Answer(true, false, 0, 0);
                  WebSocketExchange socket =
                      WebSocketExchange.accept(exchange, List.of(answer.header()));
                  try (Compressor compressor = new Compressor(answer)) {
                    byte[] bomb = compressor.frame("x".repeat(100_000)).encoded();
                    while (true) { // Until the client leaves.
                      socket.write(bomb);
                    }
                  }
                });
        EventReader<String> reader =
            WebSockets.builder(server.uri("/").toString())
                .compressed()
                .maxInflation(100, 1_000)
                .closeTimeout(Duration.ofMillis(100))
                .maxEventBytes(200_000)
                .stream()
                .withRetry(RetryPolicy.never())
                .open()) {
      StreamException failure =
          assertThrows(
              StreamException.class,
              () -> {
                while (true) {
                  assertEquals(100_000, next(reader).length());
                }
              });
      assertEquals(Reason.LIMIT, failure.reason());
      assertTrue(failure.getMessage().contains("(maxInflation)"), failure::getMessage);
    }
  }

  @Test
  void aServerThatNamesNoSubprotocolIsTakenWhereThatIsAllowed() throws Exception {
    try (LoopbackServer server =
            LoopbackServer.start(
                exchange -> {
                  WebSocketExchange socket = WebSocketExchange.accept(exchange);
                  socket.send(
                      WebSocketFrame.text(exchange.request().header("Sec-WebSocket-Protocol")));
                  socket.awaitClose(PATIENCE);
                });
        EventReader<String> reader =
            WebSockets.builder(server.uri("/").toString())
                .subprotocols("chat.v2", "chat.v1")
                .subprotocolOptional()
                .stream()
                .withRetry(RetryPolicy.never())
                .open()) {
      assertEquals("chat.v2, chat.v1", next(reader));
    }
  }
}
