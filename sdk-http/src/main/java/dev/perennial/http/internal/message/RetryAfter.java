package dev.perennial.http.internal.message;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Reads how long a server asks to wait (RFC 9110, 10.2.3). Malformed values are ignored. */
public final class RetryAfter {
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /** The longest wait that still fits into nanoseconds, about 292 years. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** So many digits of seconds always fit into a long. */
  private static final int SAFE_DIGITS = 18;

  private RetryAfter() {}

  /** Returns the delay that the response asks for, the longest of several; null for none. */
  public static @Nullable Duration of(Response response) {
    Duration longest = null;
    for (String value : response.headers("Retry-After")) {
      Duration delay = parse(value, answeredAt(response));
      if (delay != null && (longest == null || delay.compareTo(longest) > 0)) {
        longest = delay;
      }
    }
    return longest;
  }

  /** By the server's clock when the response has a date: the local one may be wrong by years. */
  private static Instant answeredAt(Response response) {
    Instant received = Instant.ofEpochMilli(response.receivedResponseAtMillis());
    String date = response.header("Date");
    Instant sent = date == null ? null : HttpDate.parse(date, received);
    return sent != null ? sent : received;
  }

  static @Nullable Duration parse(String value, Instant now) {
    if (DIGITS.matcher(value).matches()) {
      return seconds(value);
    }
    Instant date = HttpDate.parse(value, now);
    if (date == null) {
      return null;
    }
    Duration delay = Duration.between(now, date);
    return delay.isNegative() ? Duration.ZERO : shortest(delay, LONGEST);
  }

  private static Duration seconds(String digits) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    if (significant.length() > SAFE_DIGITS) {
      return LONGEST;
    }
    return shortest(Duration.ofSeconds(Long.parseLong(significant)), LONGEST);
  }

  private static Duration shortest(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
