package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.nio.charset.StandardCharsets;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What the answers of a server mean: go on there, stream, or failure. */
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
   * Where a redirect leads.
   *
   * @param followed how many redirects were followed before
   * @throws TransportException when it is not followed
   */
  static HttpUrl locationOf(Response redirect, OutgoingRequest request, int followed)
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
    HttpUrl url = request.url().resolve(request.isUpgrade() ? ofHttp(location) : location);
    if (url == null) {
      throw refused(
          code,
          "Expected a redirect to an http or https URL but was to "
              + ErrorText.ofValue(RedactedUrl.ofText(location))
              + ": "
              + from);
    }
    if (request.url().isHttps() && !url.isHttps()) {
      throw refused(
          code,
          "Expected no redirect from https to http but was to "
              + RedactedUrl.of(url)
              + ": "
              + from);
    }
    return url;
  }

  /** The same URL in the scheme of the handshake (RFC 6455, 3): {@code wss} is on https. */
  static String ofHttp(String location) {
    return location.regionMatches(true, 0, "ws", 0, 2) && location.contains("://")
        ? "http" + location.substring(2)
        : location;
  }

  /**
   * Checks that the answer opens the stream.
   *
   * @throws TransportException when it does not
   */
  static void requireStream(
      Response response, OutgoingRequest request, HttpOptions options, OpeningAttempt opening)
      throws TransportException {
    int wanted = options.wanted().status();
    if (response.code() != wanted) {
      throw refusal(wanted, response, request, opening);
    }
    options.wanted().require(response, request.endpoint());
  }

  static boolean isIdentity(@Nullable String coding) {
    return coding == null || coding.isEmpty() || coding.equalsIgnoreCase("identity");
  }

  /** RFC 9110, 8.4.1.3. */
  static boolean isGzip(@Nullable String coding) {
    return "gzip".equalsIgnoreCase(coding) || "x-gzip".equalsIgnoreCase(coding);
  }

  private static TransportException refusal(
      int wanted, Response response, OutgoingRequest request, OpeningAttempt opening) {
    int code = response.code();
    String from = described(response) + " from " + request.endpoint();
    String cursor = request.cursor();
    if (cursor != null && isGap(response)) {
      return new TransportException(
          Reason.GAP, code, "The server cannot replay after the cursor: " + from, null);
    }
    StringBuilder message = new StringBuilder("Expected status ").append(wanted);
    message.append(" but was ").append(from);
    if (cursor != null && (code == 414 || code == 431)) {
      int bytes = cursor.getBytes(StandardCharsets.UTF_8).length;
      message.append(" (the cursor that was sent has ").append(bytes).append(" bytes)");
    }
    String text = ErrorText.ofBody(response, request.secrets(), opening.remainingNanos());
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

  private static String described(Response response) {
    String phrase = ErrorText.ofValue(response.message());
    return phrase.isEmpty() ? String.valueOf(response.code()) : response.code() + " " + phrase;
  }

  private static TransportException refused(int code, String message) {
    return new TransportException(Reason.PROTOCOL, code, message, null);
  }
}
