package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.util.function.Supplier;
import okhttp3.Headers;
import okhttp3.Response;

/** The answer that opens a stream: how it is asked for, and what it must be. A value. */
sealed interface ExpectedResponse {

  String IDENTITY = "identity";

  /** The one status that opens the stream. */
  int status();

  /** Asks for it. A header that is there already counts where the caller may say so. */
  void ask(Headers.Builder headers);

  /** The content coding to ask for. */
  default String coding() {
    return IDENTITY;
  }

  /**
   * Checks an answer of the wanted status.
   *
   * @throws TransportException when it does not open the stream
   */
  void require(Response response, String endpoint) throws TransportException;

  /**
   * The stream is the answer's body.
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
    public void ask(Headers.Builder headers) {
      if (headers.get(ACCEPT) == null) {
        headers.set(ACCEPT, accepted.header());
      }
    }

    @Override
    public String coding() {
      return isGzip ? "gzip" : IDENTITY;
    }

    @Override
    public void require(Response response, String endpoint) throws TransportException {
      String type = response.header("Content-Type");
      if (!accepted.accepts(type)) {
        throw new TransportException(
            Reason.CONTENT_TYPE,
            status(),
            "Expected content type "
                + accepted
                + " but was "
                + (type == null ? "none" : ErrorText.ofValue(type))
                + " from "
                + endpoint,
            null);
      }
      String coding = response.header("Content-Encoding");
      if (!ResponseChecks.isIdentity(coding) && !(isGzip && ResponseChecks.isGzip(coding))) {
        throw new TransportException(
            Reason.PROTOCOL,
            status(),
            (isGzip ? "Expected gzip or no content coding" : "Expected no content coding")
                + " but was "
                + ErrorText.ofValue(String.valueOf(coding))
                + " from "
                + endpoint,
            null);
      }
    }
  }

  /**
   * The stream is what another protocol makes of the connection (RFC 9110, 7.8).
   *
   * @param handshakes make the headers that ask for it, which count in place of the caller's
   */
  record Upgraded(Supplier<Headers> handshakes) implements ExpectedResponse {

    @Override
    public int status() {
      return 101;
    }

    @Override
    public void ask(Headers.Builder headers) {
      Headers handshake = handshakes.get();
      for (String name : handshake.names()) {
        headers.removeAll(name);
      }
      headers.addAll(handshake);
    }

    @Override
    public void require(Response response, String endpoint) throws TransportException {
      if (response.socket() == null) {
        throw new TransportException(
            Reason.PROTOCOL,
            status(),
            "Expected the header Connection: Upgrade with 101 but was "
                + ErrorText.ofValue(response.header("Connection", "none"))
                + " from "
                + endpoint,
            null);
      }
    }
  }
}
