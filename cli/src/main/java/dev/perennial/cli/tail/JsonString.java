package dev.perennial.cli.tail;

import org.jspecify.annotations.Nullable;

/**
 * Writes strings as JSON (RFC 8259, section 7). It uses no JSON library: to load one would take
 * longer than everything else that {@code tail} does before it connects.
 */
final class JsonString {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonString() {}

  /** Returns the text in quotes, or {@code null}. */
  static String of(@Nullable String text) {
    StringBuilder json = new StringBuilder();
    append(json, text);
    return json.toString();
  }

  /** Appends the text in quotes, or {@code null}. */
  static void append(StringBuilder json, @Nullable String text) {
    if (text == null) {
      json.append("null");
      return;
    }
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (isLoneSurrogate(text, i)) {
        appendEscaped(json, character); // It cannot be encoded as UTF-8.
      } else {
        append(json, character);
      }
    }
    json.append('"');
  }

  private static boolean isLoneSurrogate(String text, int index) {
    char character = text.charAt(index);
    if (Character.isHighSurrogate(character)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    return Character.isLowSurrogate(character)
        && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
  }

  private static void append(StringBuilder json, char character) {
    switch (character) {
      case '"' -> json.append("\\\"");
      case '\\' -> json.append("\\\\");
      case '\n' -> json.append("\\n");
      case '\r' -> json.append("\\r");
      case '\t' -> json.append("\\t");
      default -> {
        if (character < ' ' || character == '\u007f') {
          appendEscaped(json, character);
        } else {
          json.append(character);
        }
      }
    }
  }

  private static void appendEscaped(StringBuilder json, char character) {
    json.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      json.append(HEX[character >> shift & 0xf]);
    }
  }
}
