package dev.perennial.cli.tail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON text on one line or on many, and leaves each value as it was sent: numbers and
 * escapes are not converted.
 */
final class JsonLayout {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int INDENT = 2;

  private final StringBuilder out = new StringBuilder();
  private final boolean isPretty;
  private int depth;

  private JsonLayout(boolean isPretty) {
    this.isPretty = isPretty;
  }

  /** Returns the text without blanks between its tokens; null when it is not one JSON value. */
  static @Nullable String compact(String text) {
    return isValue(text) ? new JsonLayout(false).of(text) : null;
  }

  /** Returns the text with a line for each member and element; null when it is not one value. */
  static @Nullable String pretty(String text) {
    return isValue(text) ? new JsonLayout(true).of(text) : null;
  }

  private static boolean isValue(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      int open = 0;
      for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
        parser.getText(); // Strings are checked when they are read.
        open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (open == 0) {
          return parser.nextToken() == null;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      switch (character) {
        case '"' -> i = string(text, i);
        case '{', '[' -> i = opening(text, i);
        case '}', ']' -> closing(character);
        case ',' -> separator();
        case ':' -> out.append(isPretty ? ": " : ":");
        case ' ', '\t', '\r', '\n' -> {}
        default -> out.append(character);
      }
    }
    return out.toString();
  }

  /** Appends a string and returns where its last quote is. */
  private int string(String text, int start) {
    int end = start + 1;
    while (text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    out.append(text, start, end + 1);
    return end;
  }

  /** Appends a bracket, together with the other one when nothing is between. */
  private int opening(String text, int start) {
    out.append(text.charAt(start));
    int next = start + 1;
    while (" \t\r\n".indexOf(text.charAt(next)) >= 0) {
      next++;
    }
    if (text.charAt(next) == '}' || text.charAt(next) == ']') {
      out.append(text.charAt(next));
      return next;
    }
    depth++;
    newLine();
    return start;
  }

  private void closing(char bracket) {
    depth--;
    newLine();
    out.append(bracket);
  }

  private void separator() {
    out.append(',');
    newLine();
  }

  private void newLine() {
    if (isPretty) {
      out.append('\n').append(" ".repeat(INDENT * depth));
    }
  }
}
