package dev.perennial.cli.console;

/** Makes control characters visible, so that text from a server cannot control the terminal. */
public final class Printable {
  /** U+2400 to U+241F are the symbols of U+0000 to U+001F. */
  private static final char CONTROL_PICTURES = '\u2400';

  private static final char DELETE_PICTURE = '\u2421';
  private static final char DELETE = '\u007f';
  private static final char LAST_C1_CONTROL = '\u009f';
  private static final char REPLACEMENT = '\ufffd';

  private Printable() {}

  /** Replaces each control character but line feeds and tabs. */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      printable.append(of(text.charAt(i)));
    }
    return printable.toString();
  }

  private static char of(char character) {
    if (character == '\n' || character == '\t') {
      return character;
    }
    if (character < ' ') {
      return (char) (CONTROL_PICTURES + character);
    }
    if (character == DELETE) {
      return DELETE_PICTURE;
    }
    return character > DELETE && character <= LAST_C1_CONTROL ? REPLACEMENT : character;
  }
}
