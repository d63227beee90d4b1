package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6455, 4.1. */
class HandshakeTest {
  private static final WebSocketOptions PLAIN =
      options(CompressionSettings.NONE, Subprotocols.NONE);
  private static final CompressionSettings COMPRESSED =
      CompressionSettings.of(CompressionOffer.standard());
  private static final WebSocketOptions CHAT = options(COMPRESSED, chat(false));

  private static Subprotocols chat(boolean isOptional) {
    return new Subprotocols(List.of("chat.v2", "chat.v1"), isOptional);
  }

  private static WebSocketOptions options(
      CompressionSettings compression, Subprotocols subprotocols) {
    return new WebSocketOptions(
        subprotocols,
        compression,
        1_000,
        10,
        1_000,
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        /* canResume= */ false,
        null,
        null,
        null,
        null,
        null,
        Duration.ofSeconds(10),
        /* isSenderLate= */ false,
        /* endsWithClose= */ false,
        Map.of(),
        MessageHandling.NONE);
  }

  /** The example of RFC 6455, 1.3. */
  private static Response answer(String... headers) {
    return new Response.Builder()
        .request(
            new Request.Builder()
                .url("http://h.example/")
                .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                .build())
        .protocol(Protocol.HTTP_1_1)
        .code(101)
        .message("Switching Protocols")
        .headers(
            Headers.of(
                    "Upgrade", "WebSocket", "Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                .newBuilder()
                .addAll(Headers.of(headers))
                .build())
        .build();
  }

  @Test
  void asksForAWebSocketWithAKeyOfSixteenBytes() {
    Headers first = Handshake.headers(PLAIN, new Random(1));
    assertEquals("websocket", first.get("Upgrade"));
    assertEquals("Upgrade", first.get("Connection"));
    assertEquals("13", first.get("Sec-WebSocket-Version"));
    assertEquals(24, String.valueOf(first.get("Sec-WebSocket-Key")).length());
    assertNull(first.get("Sec-WebSocket-Protocol"));
    assertNull(first.get("Sec-WebSocket-Extensions"));
    Headers second = Handshake.headers(PLAIN, new Random(2));
    assertEquals(false, first.get("Sec-WebSocket-Key").equals(second.get("Sec-WebSocket-Key")));
  }

  @Test
  void offersWhatWasAskedFor() {
    Headers headers = Handshake.headers(CHAT, new Random(1));
    assertEquals("chat.v2, chat.v1", headers.get("Sec-WebSocket-Protocol"));
    assertEquals(
        "permessage-deflate; client_max_window_bits", headers.get("Sec-WebSocket-Extensions"));
  }

  @Test
  void acceptsTheExampleOfTheRfc() throws Exception {
    assertNull(Handshake.check(answer(), PLAIN, "ws://h.example/", shown -> shown));
  }

  @Test
  void acceptsWhatWasOffered() throws Exception {
    Response answer =
        answer(
            "Sec-WebSocket-Protocol",
            "chat.v1",
            "Sec-WebSocket-Extensions",
            "permessage-deflate; server_no_context_takeover");
    assertNotNull(Handshake.check(answer, CHAT, "ws://h.example/", shown -> shown));
  }

  @ParameterizedTest
  @CsvSource({
    "Upgrade, h2c, Expected an upgrade to websocket in the handshake but was h2c",
    "Sec-WebSocket-Accept, x, Expected the Sec-WebSocket-Accept of the key that was sent"
        + " in the handshake but was x",
    "Sec-WebSocket-Protocol, chat, Expected no subprotocol in the handshake but was chat"
  })
  void refusesWhatWasNotAskedFor(String header, String value, String words) {
    Response answer = answer().newBuilder().header(header, value).build();
    TransportException refused =
        assertThrows(
            TransportException.class,
            () -> Handshake.check(answer, PLAIN, "ws://h.example/", shown -> shown));
    assertEquals(Reason.PROTOCOL, refused.reason());
    assertEquals(words + " from ws://h.example/", refused.getMessage());
  }

  @Test
  void acceptsAServerThatChoosesNoSubprotocolOnlyIfThatIsAllowed() throws Exception {
    WebSocketOptions lenient = options(CompressionSettings.NONE, chat(true));
    assertNull(Handshake.check(answer(), lenient, "ws://h.example/", shown -> shown));
    TransportException refused =
        assertThrows(
            TransportException.class,
            () ->
                Handshake.check(
                    answer("Sec-WebSocket-Protocol", "mail"),
                    lenient,
                    "ws://h.example/",
                    shown -> shown));
    assertEquals(
        "Expected a subprotocol of [chat.v2, chat.v1] or none in the handshake but was mail from"
            + " ws://h.example/",
        refused.getMessage());
  }

  @Test
  void refusesAServerThatChoosesNoneOfTheSubprotocolsOrTwo() {
    assertThrows(
        TransportException.class,
        () -> Handshake.check(answer(), CHAT, "ws://h.example/", shown -> shown));
    Response two = answer("Sec-WebSocket-Protocol", "chat.v1", "Sec-WebSocket-Protocol", "chat.v2");
    assertThrows(
        TransportException.class,
        () -> Handshake.check(two, CHAT, "ws://h.example/", shown -> shown));
  }
}
