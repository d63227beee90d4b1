package dev.perennial.http.internal.message;

import org.jspecify.annotations.Nullable;

/** What the name and the value of a header may hold (RFC 9110, 5.1 and 5.5). */
public final class HeaderRules {

  /** What a token may contain besides letters and digits (RFC 9110, 5.6.2). */
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private HeaderRules() {}

  /** Whether the text is a token (RFC 9110, 5.6.2). */
  public static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(HeaderRules::isTokenChar);
  }

  /** Whether a token may contain the character (RFC 9110, 5.6.2). */
  public static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  /** Checks the name of a header, which must be a token. */
  public static void requireName(String option, String name) {
    if (!isToken(name)) {
      throw new IllegalArgumentException(
          option
              + " must be letters, digits and "
              + TOKEN_MARKS
              + " but was \""
              + name.replaceAll("\\p{Cntrl}", "?")
              + "\"");
    }
  }

  /** Refuses what would end the header. The value is not shown, since it may be a secret. */
  public static void requireValue(String name, String value) {
    if (breaksHeader(value)) {
      throw new IllegalArgumentException(
          "header " + name + " must not contain CR, LF or NUL but its value does");
    }
  }

  /**
   * Returns what of the value a header does not carry (RFC 9110, 5.5): it is left out, refused, or
   * replaced on the way. Null when the value arrives as it is.
   */
  public static @Nullable String changeOf(String value) {
    if (value.chars().anyMatch(HeaderRules::isControl)) {
      return "has a control character";
    }
    boolean isTrimmed =
        !value.isEmpty() && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)));
    return isTrimmed ? "begins or ends with a blank" : null;
  }

  private static boolean isControl(int c) {
    return (c < ' ' && c != '\t') || c == 0x7f;
  }

  /** OkHttp trims any white space, not only that of HTTP. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** Whether the value has a character that ends a header, or that no header may have. */
  public static boolean breaksHeader(String value) {
    return value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0;
  }
}
