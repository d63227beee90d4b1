package dev.perennial.http.internal.message;

import java.util.regex.Pattern;

/** The text of a server as messages may show it: short, on one line, without secrets. */
public final class ErrorText {
  public static final int MAX_CHARS = 200;

  /** Includes what reorders or hides other characters. */
  private static final Pattern NOT_SHOWN = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}]+");

  private final Secrets secrets;

  /**
   * Shows the texts of one server.
   *
   * @param secrets of the request that it answers
   */
  public ErrorText(Secrets secrets) {
    this.secrets = secrets;
  }

  /** Returns a text that the server chose, such as the value of a header. */
  public String ofValue(String value) {
    return inOneLine(secrets.removedFrom(value));
  }

  private static String inOneLine(String text) {
    String shown = NOT_SHOWN.matcher(text).replaceAll(" ").trim();
    if (shown.length() <= MAX_CHARS) {
      return shown;
    }
    int end = Character.isHighSurrogate(shown.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
    return shown.substring(0, end) + "…";
  }
}
