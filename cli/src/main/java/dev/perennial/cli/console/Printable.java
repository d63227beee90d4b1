package dev.perennial.cli.console;

/** Text that shows its control characters instead of sending them to a terminal. */
public final class Printable {
  /** U+2400 to U+241F are the pictures of U+0000 to U+001F. */
  private static final char PICTURES = '\u2400';

  private static final char PICTURE_OF_DELETE = '\u2421';
  private static final char DELETE = '\u007f';
  private static final char LAST_CONTROL = '\u009f';
  private static final char REPLACEMENT = '\ufffd';

  private Printable() {}

  /** Line feeds and tabs stay. */
  public static String text(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      shown.append(shown(text.charAt(i)));
    }
    return shown.toString();
  }

  private static char shown(char character) {
    if (character == '\n' || character == '\t') {
      return character;
    }
    if (character < ' ') {
      return (char) (PICTURES + character);
    }
    if (character == DELETE) {
      return PICTURE_OF_DELETE;
    }
    return character > DELETE && character <= LAST_CONTROL ? REPLACEMENT : character;
  }
}
