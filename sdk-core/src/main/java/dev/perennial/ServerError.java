package dev.perennial;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error that a server reports within its stream, where it can no longer answer with a status:
 * {@code {"error":{"message":"leader changed"}}}. It ends the connection as a failure and is never
 * delivered as an event.
 *
 * <pre>{@code
 * StreamBuilder.of(transport)
 *     .error(
 *         payload ->
 *             payload.type().equals("error")
 *                 ? ServerError.retryable(payload.text()).withNotBefore(Duration.ofSeconds(5))
 *                 : null);
 * }</pre>
 *
 * <p>A value.
 *
 * @since 0.1.0
 */
public final class ServerError {
  private static final int MAX_CHARS = 200;

  /** Includes what reorders or hides other characters. */
  private static final Pattern NOT_SHOWN = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}]+");

  private final String words;
  private final int status;
  private final boolean isFatal;
  private final @Nullable Duration notBefore;

  private ServerError(String words, int status, boolean isFatal, @Nullable Duration notBefore) {
    this.words = words;
    this.status = status;
    this.isFatal = isFatal;
    this.notBefore = notBefore;
  }

  /**
   * An error that may pass: the stream reconnects with backoff, as after the status 503.
   *
   * @param words what the server says about it. Shown to users on one line, at most 200 characters;
   *     null or an empty text when it says nothing
   */
  public static ServerError retryable(@Nullable String words) {
    return new ServerError(shown(words), -1, false, null);
  }

  /**
   * An error that no other connection would change: the subscription fails with it.
   *
   * @param words as of {@link #retryable}
   */
  public static ServerError fatal(@Nullable String words) {
    return new ServerError(shown(words), -1, true, null);
  }

  /**
   * An error with an HTTP status: treated as if the server had answered with it. 500 and 429 are
   * retried with backoff, 401 asks for fresh credentials, 410 is a gap.
   *
   * @param status from 400 to 599
   * @param words as of {@link #retryable}
   * @throws IllegalArgumentException when the status is not from 400 to 599
   */
  public static ServerError ofStatus(int status, @Nullable String words) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be from 400 to 599 but was " + status);
    }
    return new ServerError(shown(words), status, false, null);
  }

  /**
   * Returns the same error after which the server asks to wait, as {@code Retry-After} does. By
   * default it does not ask to.
   *
   * @throws IllegalArgumentException when the duration is negative
   */
  public ServerError withNotBefore(Duration notBefore) {
    Objects.requireNonNull(notBefore, "notBefore");
    if (notBefore.isNegative()) {
      throw new IllegalArgumentException("notBefore must not be negative but was " + notBefore);
    }
    return new ServerError(words, status, isFatal, notBefore);
  }

  /** What the server says about it, on one line; empty when it says nothing. */
  public String words() {
    return words;
  }

  /** The HTTP status; -1 when there is none. */
  public int status() {
    return status;
  }

  /** Whether no other connection would change it. */
  public boolean isFatal() {
    return isFatal;
  }

  /** How long the server asks to wait before the next attempt; null when it does not. */
  public @Nullable Duration notBefore() {
    return notBefore;
  }

  private static String shown(@Nullable String words) {
    String text = words == null ? "" : NOT_SHOWN.matcher(words).replaceAll(" ").trim();
    if (text.length() <= MAX_CHARS) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
    return text.substring(0, end) + "…";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerError that
        && words.equals(that.words)
        && status == that.status
        && isFatal == that.isFatal
        && Objects.equals(notBefore, that.notBefore);
  }

  @Override
  public int hashCode() {
    return Objects.hash(words, status, isFatal, notBefore);
  }

  @Override
  public String toString() {
    return "ServerError("
        + (status < 0 ? "" : status + ", ")
        + (isFatal ? "fatal, " : "")
        + (notBefore == null ? "" : "not before " + notBefore + ", ")
        + words
        + ")";
  }
}
