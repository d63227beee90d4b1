package dev.perennial.http.internal.message;

import java.util.regex.Pattern;

/** What the name and the value of a header may hold (RFC 9110, 5.1 and 5.5). */
public final class HeaderRules {

  /** A regular expression of a token (RFC 9110, 5.6.2). */
  public static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";

  private static final Pattern TOKEN_PATTERN = Pattern.compile(TOKEN);

  private HeaderRules() {}

  /** Whether the text is a token (RFC 9110, 5.6.2). */
  public static boolean isToken(CharSequence text) {
    return TOKEN_PATTERN.matcher(text).matches();
  }

  public static String requireName(String option, String name) {
    if (!isToken(name)) {
      throw new IllegalArgumentException(
          option
              + " must be letters, digits and !#$%&'*+-.^_`|~ but was \""
              + name.replaceAll("\\p{Cntrl}", "?")
              + "\"");
    }
    return name;
  }

  /** Refuses what would end the header. The value is not shown, since it may be a secret. */
  public static void requireValue(String name, String value) {
    if (breaksHeader(value)) {
      throw new IllegalArgumentException(
          "header " + name + " must not contain CR, LF or NUL but its value does");
    }
  }

  /** Whether the value has a character that ends a header, or that no header may have. */
  public static boolean breaksHeader(String value) {
    return value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0;
  }
}
