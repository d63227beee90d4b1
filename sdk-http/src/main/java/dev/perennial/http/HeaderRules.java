package dev.perennial.http;

import java.util.regex.Pattern;

/** What a header may be called and may hold (RFC 9110, 5.1 and 5.5). */
final class HeaderRules {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

  private HeaderRules() {}

  static String requireName(String option, String name) {
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          option
              + " must be letters, digits and !#$%&'*+-.^_`|~ but was \""
              + name.replaceAll("\\p{Cntrl}", "?")
              + "\"");
    }
    return name;
  }

  /** Refuses what would end the header; the value itself may be a secret and is not shown. */
  static void requireValue(String name, String value) {
    if (breaksHeader(value)) {
      throw new IllegalArgumentException(
          "header " + name + " must not contain CR, LF or NUL but its value does");
    }
  }

  static boolean breaksHeader(String value) {
    return value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0;
  }
}
