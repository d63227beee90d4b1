package dev.perennial.conformance.report;

import java.util.Locale;

/** Writes elements of HTML and SVG, and escapes their text. Belongs to one thread. */
final class Markup {
  private final StringBuilder out = new StringBuilder(1 << 16);

  /**
   * Begins an element.
   *
   * @param attributes names and values, in turn
   */
  Markup open(String tag, String... attributes) {
    begin(tag, attributes);
    out.append('>');
    return this;
  }

  Markup close(String tag) {
    out.append("</").append(tag).append('>');
    return this;
  }

  /** Writes an element with text. */
  Markup leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /** Writes an empty element of SVG. */
  Markup empty(String tag, String... attributes) {
    begin(tag, attributes);
    out.append("/>");
    return this;
  }

  Markup text(String text) {
    out.append(escaped(text));
    return this;
  }

  Markup line() {
    out.append('\n');
    return this;
  }

  /** Writes markup as it is. */
  Markup raw(String markup) {
    out.append(markup);
    return this;
  }

  private void begin(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escaped(attributes[i + 1])).append('"');
    }
  }

  /** Formats a length for SVG. */
  static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      switch (character) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(character);
      }
    }
    return visible(escaped.toString());
  }

  /** Replaces what XML 1.0 forbids, such as controls and half surrogates, by U+FFFD. */
  static String visible(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints().forEach(point -> visible.appendCodePoint(isAllowed(point) ? point : 0xfffd));
    return visible.toString();
  }

  private static boolean isAllowed(int point) {
    if (point < ' ') {
      return point == '\n' || point == '\r' || point == '\t';
    }
    boolean isControl = point >= 0x7f && point < 0xa0;
    boolean isHalf = point >= 0xd800 && point < 0xe000;
    return !isControl && !isHalf && point != 0xfffe && point != 0xffff;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
