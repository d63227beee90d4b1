package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.message.AcceptedTypes;
import dev.perennial.http.internal.message.ContentCoding;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.spi.TransportException;
import java.util.function.Supplier;
import okhttp3.Headers;
import okhttp3.Response;

/** The response that opens a stream: how it is asked for, and what it must be. A value. */
public sealed interface ExpectedResponse {

  String IDENTITY = "identity";

  /** Returns the one status that opens the stream. */
  int status();

  /** Adds the headers that ask for it. Those that the caller may choose are left as they are. */
  void addTo(Headers.Builder headers);

  /** Returns the value of {@code Accept-Encoding}. */
  default String acceptEncoding() {
    return IDENTITY;
  }

  /**
   * Checks a response of the expected status.
   *
   * @param errorText shows the server's texts
   * @param endpoint as messages may show it
   * @throws TransportException when it does not open the stream
   */
  void require(Response response, ErrorText errorText, String endpoint) throws TransportException;

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
    public void require(Response response, ErrorText errorText, String endpoint)
        throws TransportException {
      String type = response.header("Content-Type");
      if (!accepted.accepts(type)) {
        throw new TransportException(
            Reason.CONTENT_TYPE,
            status(),
            "Expected content type "
                + accepted
                + " but was "
                + (type == null ? "none" : errorText.ofValue(type))
                + " from "
                + endpoint,
            null);
      }
      ContentCoding coding = ContentCoding.of(response);
      if (coding != ContentCoding.IDENTITY && !(isGzip && coding == ContentCoding.GZIP)) {
        throw new TransportException(
            Reason.PROTOCOL,
            status(),
            (isGzip ? "Expected gzip or no content coding" : "Expected no content coding")
                + " but was "
                + errorText.ofValue(response.header("Content-Encoding", ""))
                + " from "
                + endpoint,
            null);
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
      return location.regionMatches(true, 0, "ws", 0, 2) && location.contains("://")
          ? "http" + location.substring(2)
          : location;
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
    public void require(Response response, ErrorText errorText, String endpoint)
        throws TransportException {
      if (response.socket() == null) {
        throw new TransportException(
            Reason.PROTOCOL,
            status(),
            "Expected the header Connection: Upgrade with 101 but was "
                + errorText.ofValue(response.header("Connection", "none"))
                + " from "
                + endpoint,
            null);
      }
    }
  }
}
