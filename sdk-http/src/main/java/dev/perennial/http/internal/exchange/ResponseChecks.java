package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.attempt.OpeningAttempt;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.http.internal.message.RetryAfter;
import dev.perennial.spi.TransportException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.Response;

/** Decides what a response is: a redirect, the stream, or a failure. */
final class ResponseChecks {
  static final int MAX_REDIRECTS = 20;

  /** The answer may have come after the attempt's time. */
  private static final long LEAST_NANOS_OF_TEXT = TimeUnit.SECONDS.toNanos(1);

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
    if (response.code() != expected) {
      throw refusal(expected, response, request, attempt);
    }
    options.expected().require(response, request.errorText(), request.endpoint());
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

  private static TransportException refusal(
      int expected, Response response, OutgoingRequest request, OpeningAttempt attempt) {
    int code = response.code();
    ErrorText errorText = request.errorText();
    String from = described(response, errorText) + " from " + request.endpoint();
    String cursor = request.cursor();
    if (cursor != null && isGap(response)) {
      return new TransportException(
          Reason.GAP, code, "The server cannot replay after the cursor: " + from, null);
    }
    StringBuilder message = new StringBuilder("Expected status ").append(expected);
    message.append(" but was ").append(from);
    if (cursor != null && (code == 414 || code == 431)) {
      int bytes = cursor.getBytes(StandardCharsets.UTF_8).length;
      message.append(" (the cursor that was sent has ").append(bytes).append(" bytes)");
    }
    String text =
        errorText.ofBody(response, Math.max(attempt.remainingNanos(), LEAST_NANOS_OF_TEXT));
    if (!text.isEmpty()) {
      message.append(": ").append(text);
    }
    if (code == 401 && request.isWithoutOurCredential()) {
      message.append(" (a redirect led to this origin, which is shown no credentials of another)");
      return new TransportException(Reason.HTTP_STATUS, code, message.toString(), null).permanent();
    }
    return new TransportException(
        Reason.HTTP_STATUS, code, message.toString(), RetryAfter.of(response));
  }

  private static boolean isGap(Response response) {
    return switch (response.code()) {
      case 410 -> true;
      case 204 -> "true".equalsIgnoreCase(response.header("X-Replay-Not-Possible"));
      default -> false;
    };
  }

  private static String described(Response response, ErrorText errorText) {
    String phrase = errorText.ofValue(response.message());
    return phrase.isEmpty() ? String.valueOf(response.code()) : response.code() + " " + phrase;
  }

  private static TransportException refused(int code, String message) {
    return new TransportException(Reason.PROTOCOL, code, message, null);
  }
}
