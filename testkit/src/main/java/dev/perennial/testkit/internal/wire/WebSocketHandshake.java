package dev.perennial.testkit.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.perennial.testkit.ReceivedRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's part of the opening handshake (RFC 6455 4.2). */
public final class WebSocketHandshake {

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private WebSocketHandshake() {}

  /**
   * Returns the answer to a request that does not open a WebSocket as it should; null when it does.
   */
  public static @Nullable HttpAnswer refusal(ReceivedRequest request) {
    if (!hasToken(request, "Upgrade", "websocket") || !hasToken(request, "Connection", "upgrade")) {
      return new HttpAnswer(
          426,
          List.of("Upgrade: websocket", "Sec-WebSocket-Version: 13"),
          "Expected a WebSocket handshake but was " + request + "\n");
    }
    String version = request.header("Sec-WebSocket-Version");
    if (!"13".equals(version)) {
      return new HttpAnswer(
          426,
          List.of("Upgrade: websocket", "Sec-WebSocket-Version: 13"),
          "Expected version 13 but was " + version + "\n");
    }
    if (!request.method().equals("GET") || !isKey(request.header("Sec-WebSocket-Key"))) {
      return new HttpAnswer(
          400,
          List.of(),
          "Expected GET with a key of 16 bytes but was "
              + (request.method() + " with " + request.header("Sec-WebSocket-Key") + "\n"));
    }
    return null;
  }

  /** Returns whether a header that is a list has this element, without regard to case. */
  private static boolean hasToken(ReceivedRequest request, String header, String token) {
    return elements(request, header).stream().anyMatch(token::equalsIgnoreCase);
  }

  private static List<String> elements(ReceivedRequest request, String header) {
    return request.headers(header).stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .map(String::trim)
        .toList();
  }

  private static boolean isKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Returns the first of the subprotocols that the request offers; null when it offers none of
   * them.
   */
  static @Nullable String subprotocol(ReceivedRequest request, List<String> subprotocols) {
    List<String> offered = elements(request, "Sec-WebSocket-Protocol");
    return subprotocols.stream().filter(offered::contains).findFirst().orElse(null);
  }

  /** Returns the head of the answer that opens the WebSocket. */
  public static String head(ReceivedRequest request, List<String> headerLines) {
    StringBuilder head = new StringBuilder(HttpAnswer.statusLine(101));
    head.append("Upgrade: websocket\r\n");
    if (headerLines.stream().noneMatch(line -> line.startsWith("Connection:"))) {
      head.append("Connection: Upgrade\r\n");
    }
    head.append("Sec-WebSocket-Accept: ");
    head.append(accept(String.valueOf(request.header("Sec-WebSocket-Key")))).append("\r\n");
    headerLines.forEach(line -> head.append(line).append("\r\n"));
    return head.append("\r\n").toString();
  }

  static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1", e);
    }
  }
}
