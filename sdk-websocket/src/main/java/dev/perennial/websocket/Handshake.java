package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.HeaderRules;
import dev.perennial.spi.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import okhttp3.Headers;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The headers of the opening handshake (RFC 6455, 4.1): what the client sends, and what it requires
 * of the response besides the status 101.
 */
final class Handshake {
  private static final String KEY = "Sec-WebSocket-Key";
  private static final String ACCEPT = "Sec-WebSocket-Accept";
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private Handshake() {}

  /**
   * Returns the names of the subprotocols to offer (RFC 6455, 11.3.4).
   *
   * @throws IllegalArgumentException if there is none, one is not a token, or one is there twice
   */
  static List<String> requireSubprotocols(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("subprotocols needs at least one name");
    }
    List<String> all = new ArrayList<>();
    for (String name : names) {
      if (!HeaderRules.isToken(name)) {
        throw new IllegalArgumentException(
            "subprotocols must be tokens such as chat.v2 but was \"" + name + "\"");
      }
      if (all.contains(name)) {
        throw new IllegalArgumentException(
            "subprotocols must be different but \"" + name + "\" was given twice");
      }
      all.add(name);
    }
    return List.copyOf(all);
  }

  /** Returns the headers that ask for a WebSocket, with a fresh key. */
  static Headers headers(WebSocketOptions options, Random random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    Headers.Builder headers =
        new Headers.Builder()
            .set("Upgrade", "websocket")
            .set("Connection", "Upgrade")
            .set(KEY, ByteString.of(key).base64())
            .set("Sec-WebSocket-Version", "13");
    List<String> subprotocols = options.subprotocols().offered();
    if (!subprotocols.isEmpty()) {
      headers.set(PROTOCOL, String.join(", ", subprotocols));
    }
    if (!options.compression().offers().isEmpty()) {
      headers.set(Extensions.HEADER, options.compression().header());
    }
    return headers.build();
  }

  /**
   * Checks the headers of the server's response 101.
   *
   * @param endpoint as messages may show it
   * @param shown returns a text of the server as messages may show it
   * @return how the server compresses its messages; null if it does not
   * @throws TransportException if the server agreed to something other than what was asked for
   */
  static @Nullable Extensions check(
      Response response, WebSocketOptions options, String endpoint, UnaryOperator<String> shown)
      throws TransportException {
    String upgrade = response.header("Upgrade", "none");
    if (!"websocket".equalsIgnoreCase(upgrade)) {
      throw refused("an upgrade to websocket", shown.apply(upgrade), endpoint);
    }
    String key = String.valueOf(response.request().header(KEY));
    String expected = ByteString.encodeUtf8(key + GUID).sha1().base64();
    String accept = response.header(ACCEPT, "none");
    if (!expected.equals(accept.trim())) {
      throw refused("the " + ACCEPT + " of the key that was sent", shown.apply(accept), endpoint);
    }
    String mismatch = options.subprotocols().mismatch(response.headers(PROTOCOL));
    if (mismatch != null) {
      String chosen = String.join(", ", response.headers(PROTOCOL));
      throw refused(mismatch, chosen.isEmpty() ? "none" : shown.apply(chosen), endpoint);
    }
    return Extensions.parse(response.headers(Extensions.HEADER), options.compression().offers());
  }

  private static TransportException refused(String expected, String actual, String endpoint) {
    return new TransportException(
        Reason.PROTOCOL,
        101,
        "Expected " + expected + " in the handshake but was " + actual + " from " + endpoint,
        null);
  }
}
