package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Upgrade;
import dev.perennial.spi.TransportException;
import java.util.List;
import java.util.Random;
import okhttp3.Headers;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** What RFC 6455, 4.1 asks for and checks beyond the upgrade itself. */
final class Handshake {
  private static final String KEY = "Sec-WebSocket-Key";
  private static final String ACCEPT = "Sec-WebSocket-Accept";
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private Handshake() {}

  static Headers headers(WebSocketOptions options, Random random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    Headers.Builder headers =
        new Headers.Builder()
            .set("Upgrade", "websocket")
            .set("Connection", "Upgrade")
            .set(KEY, ByteString.of(key).base64())
            .set("Sec-WebSocket-Version", "13");
    if (!options.subprotocols().isEmpty()) {
      headers.set(PROTOCOL, String.join(", ", options.subprotocols()));
    }
    if (options.isCompressed()) {
      headers.set(Extensions.HEADER, Extensions.OFFER);
    }
    return headers.build();
  }

  /**
   * Checks the answer 101.
   *
   * @return what compresses the server's messages; null when nothing does
   * @throws TransportException when it is not what was asked for
   */
  static @Nullable Extensions check(Response response, WebSocketOptions options, String endpoint)
      throws TransportException {
    String upgrade = response.header("Upgrade", "none");
    if (!"websocket".equalsIgnoreCase(upgrade)) {
      throw refused("an upgrade to websocket", upgrade, endpoint);
    }
    String key = String.valueOf(response.request().header(KEY));
    String expected = ByteString.encodeUtf8(key + GUID).sha1().base64();
    String accept = response.header(ACCEPT, "none");
    if (!expected.equals(accept.trim())) {
      throw refused(ACCEPT + " " + expected, accept, endpoint);
    }
    checkSubprotocol(response.headers(PROTOCOL), options.subprotocols(), endpoint);
    return Extensions.parse(response.headers(Extensions.HEADER), options.isCompressed());
  }

  private static void checkSubprotocol(List<String> answered, List<String> offered, String endpoint)
      throws TransportException {
    String chosen = answered.isEmpty() ? "none" : String.join(", ", answered);
    if (offered.isEmpty() && !answered.isEmpty()) {
      throw refused("no subprotocol", chosen, endpoint);
    }
    if (!offered.isEmpty() && !(answered.size() == 1 && offered.contains(chosen))) {
      throw refused("a subprotocol of " + offered, chosen, endpoint);
    }
  }

  private static TransportException refused(String expected, String actual, String endpoint) {
    return new TransportException(
        Reason.PROTOCOL,
        101,
        "Expected "
            + expected
            + " in the handshake but was "
            + Upgrade.shown(actual)
            + " from "
            + endpoint,
        null);
  }
}
