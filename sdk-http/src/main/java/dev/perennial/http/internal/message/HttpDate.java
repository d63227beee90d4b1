package dev.perennial.http.internal.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The three forms of a date in HTTP (RFC 9110, 5.6.7). */
final class HttpDate {
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private static final String TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
  private static final String MONTH = "(?<month>[A-Z][a-z][a-z])";

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  private static final Pattern IMF_FIXDATE =
      Pattern.compile("[A-Za-z]{3}, (?<day>\\d\\d) " + MONTH + " (?<year>\\d{4}) " + TIME + " GMT");

  /** {@code Sunday, 06-Nov-94 08:49:37 GMT}. */
  private static final Pattern RFC_850 =
      Pattern.compile(
          "[A-Za-z]{6,9}, (?<day>\\d\\d)-" + MONTH + "-(?<year>\\d\\d) " + TIME + " GMT");

  /** {@code Sun Nov 6 08:49:37 1994}. */
  private static final Pattern ASCTIME =
      Pattern.compile("[A-Za-z]{3} " + MONTH + " (?<day>[ \\d]\\d) " + TIME + " (?<year>\\d{4})");

  private static final int YEARS_AHEAD = 50;

  /** A minute may have a leap second, which java.time does not know. */
  private static final int LEAP_SECOND = 60;

  private HttpDate() {}

  /**
   * Parses a date.
   *
   * @param near about now; decides the century of a year with two digits
   * @return null when it is not a date
   */
  static @Nullable Instant parse(String text, Instant near) {
    for (Pattern form : List.of(IMF_FIXDATE, RFC_850, ASCTIME)) {
      Matcher matcher = form.matcher(text);
      if (matcher.matches()) {
        return instant(matcher, near);
      }
    }
    return null;
  }

  private static @Nullable Instant instant(Matcher date, Instant near) {
    int year = number(date, "year");
    if (date.pattern() == RFC_850) {
      year = withCentury(year, near);
    }
    int second = number(date, "second");
    if (second > LEAP_SECOND) {
      return null;
    }
    try {
      return LocalDateTime.of(
              year,
              MONTHS.indexOf(date.group("month")) + 1,
              number(date, "day"),
              number(date, "hour"),
              number(date, "minute"))
          .toInstant(ZoneOffset.UTC)
          .plusSeconds(second);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** RFC 9110, 5.6.7: what seems more than 50 years ahead means the past century. */
  private static int withCentury(int twoDigits, Instant near) {
    int thisYear = near.atOffset(ZoneOffset.UTC).getYear();
    int year = thisYear - thisYear % 100 + twoDigits;
    return year > thisYear + YEARS_AHEAD ? year - 100 : year;
  }

  private static int number(Matcher date, String group) {
    String digits = date.group(group);
    return digits == null ? 0 : Integer.parseInt(digits.trim());
  }
}
