package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.attempt.OpeningAttempt;
import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.spi.TransportException;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.Response;

/** Decides what a response is: a redirect, the stream, or a failure. */
final class ResponseChecks {
  static final int MAX_REDIRECTS = 20;

  private ResponseChecks() {}

  static boolean isRedirect(int code) {
    return switch (code) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /**
   * Returns where a redirect leads.
   *
   * @param followed how many redirects were followed before
   * @throws TransportException when it must not be followed
   */
  static HttpUrl locationOf(
      Response redirect, OutgoingRequest request, HttpOptions options, int followed)
      throws TransportException {
    int code = redirect.code();
    String from = code + " from " + request.endpoint();
    if (followed == MAX_REDIRECTS) {
      throw new TransportException(
          Reason.HTTP_STATUS,
          code,
          "Expected at most " + MAX_REDIRECTS + " redirects but was another " + from,
          null);
    }
    if (request.isPost() && code < 307) {
      throw refused(code, "Expected no redirect of a POST that loses its body but was " + from);
    }
    if (!request.isBodyRepeatable()) {
      throw refused(
          code, "Expected no redirect of a body that can be written once only but was " + from);
    }
    String location = redirect.header("Location", "").trim();
    if (location.isEmpty()) {
      throw refused(code, "Expected a Location with the redirect but was none: " + from);
    }
    HttpUrl url =
        request
            .url()
            .resolve(
                options.expectsUpgrade() ? ExpectedResponse.Upgraded.httpUrl(location) : location);
    if (url == null) {
      throw refused(
          code,
          "Expected a redirect to an http or https URL but was to "
              + request.errorText().ofValue(RedactedUrl.ofText(location))
              + ": "
              + from);
    }
    if (request.url().isHttps() && !url.isHttps()) {
      throw refused(
          code,
          "Expected no redirect from https to http but was to "
              + request.errorText().ofValue(options.shown(url))
              + ": "
              + from);
    }
    return url;
  }

  /**
   * Returns the response if it opens the stream.
   *
   * @throws TransportException when it does not
   */
  static Response requireStream(
      Response response, OutgoingRequest request, HttpOptions options, OpeningAttempt attempt)
      throws TransportException {
    int expected = options.expected().status();
    Answer answer = new Answer(response, request, attempt);
    if (response.code() != expected) {
      throw answer.refusal(expected);
    }
    options.expected().require(response, answer);
    return response;
  }

  /**
   * Whether the body ends where the server says: after its length, with its last chunk (RFC 9112,
   * 6.3), or with its HTTP/2 stream. Any other one ends with its connection.
   */
  static boolean isEndDeclared(Response response) {
    Response received = response.networkResponse();
    if (received == null) {
      return true; // An interceptor of the caller made it.
    }
    boolean isHttp1 =
        received.protocol() == Protocol.HTTP_1_1 || received.protocol() == Protocol.HTTP_1_0;
    return !isHttp1
        || "chunked".equalsIgnoreCase(received.header("Transfer-Encoding"))
        || received.header("Content-Length", "").matches("[0-9]+");
  }

  private static TransportException refused(int code, String message) {
    return new TransportException(Reason.PROTOCOL, code, message, null);
  }
}
