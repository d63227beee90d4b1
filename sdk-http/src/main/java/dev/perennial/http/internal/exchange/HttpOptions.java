package dev.perennial.http.internal.exchange;

import dev.perennial.http.internal.message.CursorLocation;
import dev.perennial.http.internal.message.RedactedUrl;
import dev.perennial.http.internal.message.TrustedOrigins;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * How the exchanges of a transport ask, and what they accept. A value.
 *
 * @param callerHeaders are sent to the first origin, and to those that are trusted
 * @param credentials give what is sent to the same origins; null for none
 * @param trusted the origins that are trusted besides the first
 * @param cursorLocation where the cursor goes
 * @param maxCursorBytes the most bytes of a cursor
 * @param isCursorBound whether the cursor and the request's body must not leave their origin
 * @param formatHeaders of the format; a caller's header of the same name counts instead
 * @param expected the response that opens the stream
 * @param body what is posted; null for what the request source says
 * @param isResendable whether a POST may be sent again when the server may have seen it
 * @param isResumable whether other requests resume what this one begins
 * @param answerNanos how long the head of the answer may take; {@link #UNLIMITED_BY_CALLER} for the
 *     default
 */
public record HttpOptions(
    Headers callerHeaders,
    @Nullable CredentialCache credentials,
    TrustedOrigins trusted,
    CursorLocation cursorLocation,
    int maxCursorBytes,
    boolean isCursorBound,
    Headers formatHeaders,
    ExpectedResponse expected,
    @Nullable RequestBody body,
    boolean isResendable,
    boolean isResumable,
    long answerNanos) {

  /** The caller has set no limit of an answer. */
  public static final long UNLIMITED_BY_CALLER = 0;

  /** How long the answer to a POST that is not sent again may take. */
  public static final long ANSWER_TO_POST_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Returns how the requests ask that resume what these begin, with all that they need. */
  public HttpOptions ofResuming(CursorLocation location) {
    return new HttpOptions(
        callerHeaders,
        credentials,
        trusted,
        location,
        maxCursorBytes,
        isCursorBound,
        formatHeaders,
        expected,
        null,
        /* isResendable= */ true,
        /* isResumable= */ false,
        answerNanos);
  }

  /** Whether another protocol than HTTP opens the stream. */
  boolean expectsUpgrade() {
    return expected.isUpgrade();
  }

  /** Returns a URL as messages may show it. */
  public String shown(HttpUrl url) {
    return expectsUpgrade() ? RedactedUrl.ofWebSocket(url) : RedactedUrl.of(url);
  }

  /** Without the headers, which may be secrets. */
  @Override
  public String toString() {
    return "HttpOptions(" + expected.status() + ")";
  }
}
