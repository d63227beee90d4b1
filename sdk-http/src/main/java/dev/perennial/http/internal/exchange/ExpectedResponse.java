package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.AcceptedTypes;
import dev.perennial.http.internal.message.ContentCoding;
import dev.perennial.spi.TransportException;
import java.util.Locale;
import java.util.function.Supplier;
import okhttp3.Headers;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The response that opens a stream: how it is asked for, and what it must be. A value. */
public sealed interface ExpectedResponse {

  String IDENTITY = "identity";

  /** Returns the one status that opens the stream. */
  int status();

  /** Whether another protocol than HTTP follows it. */
  default boolean isUpgrade() {
    return false;
  }

  /** Adds the headers that ask for it. Those that the caller may choose are left as they are. */
  void addTo(Headers.Builder headers);

  /** Returns the value of {@code Accept-Encoding}. */
  default String acceptEncoding() {
    return IDENTITY;
  }

  /**
   * Checks a response of the expected status.
   *
   * @param answer puts what is wrong with it into words
   * @throws TransportException when it does not open the stream
   */
  void require(Response response, Wording answer) throws TransportException;

  /** Puts what is wrong with a response into words that may be shown. */
  interface Wording {

    /** Returns a text of the server as messages may show it. */
    String shown(String text);

    /**
     * Returns the failure.
     *
     * @param message expected and actual
     */
    TransportException failure(Reason reason, String message);
  }

  /**
   * The stream is the response's body.
   *
   * @param accepted the media types that open the stream
   * @param isGzip whether the server may compress
   */
  record Body(AcceptedTypes accepted, boolean isGzip) implements ExpectedResponse {
    private static final String ACCEPT = "Accept";

    @Override
    public int status() {
      return 200;
    }

    @Override
    public void addTo(Headers.Builder headers) {
      if (headers.get(ACCEPT) == null) {
        headers.set(ACCEPT, accepted.header());
      }
    }

    @Override
    public String acceptEncoding() {
      return isGzip ? "gzip" : IDENTITY;
    }

    @Override
    public void require(Response response, Wording answer) throws TransportException {
      String type = response.header("Content-Type");
      if (!accepted.accepts(type)) {
        String actual = type == null ? "none" : answer.shown(type);
        throw answer.failure(
            Reason.CONTENT_TYPE, "Expected content type " + accepted + " but was " + actual);
      }
      ContentCoding coding = ContentCoding.of(response);
      if (coding != ContentCoding.IDENTITY && !(isGzip && coding == ContentCoding.GZIP)) {
        // As another content type: a proxy in front of the server may have changed.
        String expected =
            isGzip ? "Expected gzip or no content coding" : "Expected no content coding";
        String actual = answer.shown(response.header("Content-Encoding", ""));
        throw answer.failure(Reason.CONTENT_TYPE, expected + " but was " + actual);
      }
    }
  }

  /**
   * The stream is in another protocol that the connection is upgraded to (RFC 9110, 7.8).
   *
   * @param handshakes make the headers that ask for it, which replace the caller's
   */
  record Upgraded(Supplier<Headers> handshakes) implements ExpectedResponse {

    /** Returns a URL of the handshake in HTTP's scheme: {@code wss} is https (RFC 6455, 3). */
    public static String httpUrl(String location) {
      boolean isWebSocket =
          location.regionMatches(true, 0, "ws://", 0, 5)
              || location.regionMatches(true, 0, "wss://", 0, 6);
      return isWebSocket ? "http" + location.substring(2) : location;
    }

    /** Returns why the caller may not set a header; null if it may. */
    public static @Nullable String refusalOf(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!lower.equals("upgrade") && !lower.equals("connection") && !lower.startsWith("sec-")) {
        return null;
      }
      String instead =
          switch (lower) {
            case "sec-websocket-protocol" -> ": subprotocols(…) offers subprotocols";
            case "sec-websocket-extensions" -> ": compressed() offers the only one it knows";
            default -> "";
          };
      return "header " + name + " belongs to the handshake and is set by this library" + instead;
    }

    @Override
    public boolean isUpgrade() {
      return true;
    }

    @Override
    public int status() {
      return 101;
    }

    @Override
    public void addTo(Headers.Builder headers) {
      Headers handshake = handshakes.get();
      for (String name : handshake.names()) {
        headers.removeAll(name);
      }
      headers.addAll(handshake);
    }

    @Override
    public void require(Response response, Wording answer) throws TransportException {
      if (response.socket() == null) {
        String actual = answer.shown(response.header("Connection", "none"));
        throw answer.failure(
            Reason.PROTOCOL, "Expected the header Connection: Upgrade with 101 but was " + actual);
      }
    }
  }
}
