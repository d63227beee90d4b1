package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.internal.attempt.OpeningAttempt;
import dev.perennial.http.internal.message.ErrorBody;
import dev.perennial.http.internal.message.RetryAfter;
import dev.perennial.internal.time.Durations;
import dev.perennial.spi.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * An answer that does not open the stream, in words: what it is, where it came from, what the
 * server says about it, and what to look at. Used by the subscription's thread.
 */
final class Answer implements ExpectedResponse.Wording {
  /** The answer may have come after the attempt's time. */
  private static final long LEAST_NANOS_OF_TEXT = TimeUnit.SECONDS.toNanos(1);

  private final Response response;
  private final OutgoingRequest request;
  private final OpeningAttempt attempt;

  Answer(Response response, OutgoingRequest request, OpeningAttempt attempt) {
    this.response = response;
    this.request = request;
    this.attempt = attempt;
  }

  @Override
  public String shown(String text) {
    return request.errorText().ofValue(text);
  }

  /**
   * Returns the failure of an answer with another status.
   *
   * @param expected the status that opens the stream
   */
  TransportException refusal(int expected) {
    int code = response.code();
    if (request.cursor() != null && isGap()) {
      return new TransportException(
              Reason.GAP,
              code,
              "The server cannot replay after the cursor: " + described() + from(),
              null)
          .withResponse(body().answer(response));
    }
    TransportException failure =
        failure(Reason.HTTP_STATUS, "Expected status " + expected + " but was " + described());
    return isWithoutOurCredential() ? failure.permanent() : failure;
  }

  @Override
  public TransportException failure(Reason reason, String message) {
    boolean isRefusal = reason == Reason.HTTP_STATUS;
    ErrorBody body = isRefusal || ErrorBody.isDocument(response) ? body() : ErrorBody.UNREAD;
    List<String> remarks = remarks(reason, body);
    // What is still coming may be events, which are not shown.
    String text = isRefusal || body.isComplete() ? body.shown(request.errorText()) : "";
    Duration notBefore = isRefusal ? RetryAfter.of(response) : null;
    return new TransportException(
            reason,
            response.code(),
            message
                + from()
                + (remarks.isEmpty() ? "" : " (" + String.join("; ", remarks) + ")")
                + (text.isEmpty() ? "" : ": " + text),
            notBefore)
        .withResponse(body.answer(response));
  }

  private ErrorBody body() {
    return ErrorBody.of(response, Math.max(attempt.remainingNanos(), LEAST_NANOS_OF_TEXT));
  }

  private boolean isGap() {
    return switch (response.code()) {
      case 410 -> true;
      case 204 -> "true".equalsIgnoreCase(response.header("X-Replay-Not-Possible"));
      default -> false;
    };
  }

  private String described() {
    String phrase = shown(response.message());
    return phrase.isEmpty() ? String.valueOf(response.code()) : response.code() + " " + phrase;
  }

  private String from() {
    String configured = request.configuredEndpoint();
    String asked = request.endpoint();
    return " from "
        + asked
        + (configured.equals(asked) ? "" : ", where " + configured + " redirects to");
  }

  private boolean isWithoutOurCredential() {
    return response.code() == 401 && request.isWithoutOurCredential();
  }

  private List<String> remarks(Reason reason, ErrorBody body) {
    List<String> remarks = new ArrayList<>();
    if (reason == Reason.HTTP_STATUS) {
      addIfPresent(remarks, challenge());
      addIfPresent(remarks, ofStatus(response.code()));
      Duration wait = RetryAfter.of(response);
      addIfPresent(
          remarks, wait == null ? null : "the server asks to wait " + Durations.text(wait));
    } else if (reason == Reason.CONTENT_TYPE && body.isHtml()) {
      remarks.add("a page for a browser: check the URL, and whether a login is needed");
    }
    return remarks;
  }

  private static void addIfPresent(List<String> remarks, @Nullable String remark) {
    if (remark != null) {
      remarks.add(remark);
    }
  }

  /** What the server asks for (RFC 9110, 11.6.1 and 11.7.1). */
  private @Nullable String challenge() {
    String name =
        switch (response.code()) {
          case 401 -> "WWW-Authenticate";
          case 407 -> "Proxy-Authenticate";
          default -> null;
        };
    String value = name == null ? "" : String.join(", ", response.headers(name));
    return value.isEmpty() ? null : name + ": " + shown(value);
  }

  private @Nullable String ofStatus(int code) {
    return switch (code) {
      case 401 -> ofUnauthorized();
      case 403 -> "check what the credentials may read";
      case 404 -> "check the path";
      case 407 -> "a proxyAuthenticator of the client gives it credentials";
      case 410 -> "what was here is gone for good: check the URL";
      case 414, 431 -> cursorBytes();
      case 502, 504 -> "a gateway got no valid answer from the server behind it";
      case 200 -> "this path speaks no WebSocket, or a proxy on the way has dropped Upgrade";
      default -> null;
    };
  }

  private String ofUnauthorized() {
    if (isWithoutOurCredential()) {
      return "a redirect led to this origin, which is shown no credentials of another";
    }
    return response.request().header(OutgoingRequest.AUTHORIZATION) == null
        ? "no Authorization was sent: credentials(…) sets it"
        : "check the credentials";
  }

  private @Nullable String cursorBytes() {
    String cursor = request.cursor();
    int bytes = cursor == null ? 0 : cursor.getBytes(StandardCharsets.UTF_8).length;
    return cursor == null ? null : "the cursor that was sent has " + bytes + " bytes";
  }
}
