package dev.perennial.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Payload;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a payload begins, with its letters and digits hidden, since they may be secret. The names of
 * JSON fields are shown: they tell one event from another, and are no data.
 */
final class JsonShape {
  private static final int SHOWN_BYTES = 64;

  /** A whole string with a colon after it, where a name may be. Or a string of any other kind. */
  private static final Pattern NAME_OR_STRING =
      Pattern.compile(
          "(?<=[{,]\\s{0,8})\"([\\w.$@/ -]{1,40})\"(?=\\s{0,8}:)|\"(?:[^\"\\\\]|\\\\.)*\"?");

  private JsonShape() {}

  static String of(Payload payload) {
    int length = Math.min(SHOWN_BYTES, payload.length());
    String text = new String(payload.array(), payload.offset(), length, UTF_8);
    String begin = text.trim();
    boolean isJson = begin.startsWith("{") || begin.startsWith("[");
    String end = length < payload.length() ? "\"…" : "\"";
    return "\"" + (isJson ? withNames(text) : hidden(text)) + end;
  }

  private static String withNames(String text) {
    StringBuilder shown = new StringBuilder();
    Matcher found = NAME_OR_STRING.matcher(text);
    int from = 0;
    while (found.find()) {
      shown.append(hidden(text.substring(from, found.start())));
      shown.append(found.group(1) != null ? found.group() : hidden(found.group()));
      from = found.end();
    }
    return shown.append(hidden(text.substring(from))).toString();
  }

  private static String hidden(String text) {
    StringBuilder shape = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isLetter(c) ? 'x' : Character.isDigit(c) ? '9' : c)
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(shape::appendCodePoint);
    return shape.toString();
  }
}
