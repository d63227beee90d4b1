package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/** Recognises what the beginning of a body is, when it is not what was expected. */
final class FramingGuess {
  private static final String ARRAY = "a JSON array: framing(Framing.array())";
  static final String CONCATENATED =
      "values without an LF after each: framing(Framing.concatenated())";
  private static final String PRETTY = "values over several lines: framing(Framing.concatenated())";
  private static final String SEQUENCE =
      "a JSON text sequence (RFC 7464): framing(Framing.jsonSequence())";
  private static final String NETSTRINGS = "netstrings: framing(Framing.netstrings())";
  private static final String FOUR_BYTES =
      "values that follow a length of four bytes: framing(Framing.fourByteLengths())";
  private static final String LENGTHS =
      "values that follow a line with their length: framing(Framing.lengthPrefixed())";
  private static final String LINES = "lines: framing(Framing.lines())";
  private static final String SSE = "server-sent events: use Sse";
  private static final String MARKUP = "HTML or XML";
  private static final String GZIP = "gzip data without a Content-Encoding";

  private static final String[] SSE_FIELDS = {"data:", "event:", "id:", "retry:", ":"};
  private static final int MOST_DIGITS = 20;

  private FramingGuess() {}

  /** Returns what a message says about the guess; empty if there is none. */
  static String hint(@Nullable String guess) {
    return guess == null ? "" : "; it looks like " + guess;
  }

  /** Returns what a body is that cannot be lines, by its first line; null if it may be lines. */
  static @Nullable String insteadOfLines(byte[] array, int from, int to) {
    int first = ValueScanner.skipBlanks(array, from, to);
    boolean isBracket = first < to && (array[first] == '{' || array[first] == '[');
    return isBracket ? ofLineWithBracket(array, first, to) : ofFirstBytes(array, from, to);
  }

  /** Returns what a body is, by its first bytes; null if they do not show it. */
  static @Nullable String of(byte[] array, int from, int to) {
    int lineFeed = from;
    while (lineFeed < to && array[lineFeed] != '\n') {
      lineFeed++;
    }
    String other = insteadOfLines(array, from, lineFeed);
    if (other != null) {
      return other;
    }
    int first = ValueScanner.skipBlanks(array, from, to);
    if (first == to || (array[first] != '{' && array[first] != '[')) {
      return lengthThenValue(array, from, to) ? LENGTHS : null;
    }
    return lineFeed < to ? LINES : null;
  }

  /** Returns what a body is that begins with no bracket; null if the bytes do not show it. */
  static @Nullable String ofFirstBytes(byte[] array, int from, int to) {
    if (from == to) {
      return null;
    }
    byte first = array[from];
    if (first == 0x1e) {
      return SEQUENCE;
    } else if (first == 0) {
      return FOUR_BYTES;
    } else if (first == '<') {
      return MARKUP;
    } else if (first == 0x1f) {
      return to - from > 1 && array[from + 1] == (byte) 0x8b ? GZIP : null;
    } else if (first >= '0' && first <= '9') {
      int end = endOfDigits(array, from, to);
      return end < to && array[end] == ':' ? NETSTRINGS : null;
    }
    for (String field : SSE_FIELDS) {
      if (startsWith(array, from, to, field)) {
        return SSE;
      }
    }
    return null;
  }

  private static @Nullable String ofLineWithBracket(byte[] array, int from, int to) {
    ValueScanner scanner = new ValueScanner();
    int end = scanner.endOf(array, from, to);
    if (end != ValueScanner.UNKNOWN) {
      return end < to && ValueScanner.isBegin(array[end]) ? CONCATENATED : null;
    }
    int last = to - 1;
    while (ValueScanner.isBlank(array[last])) {
      last--;
    }
    if (last == from) {
      return array[from] == '{' ? PRETTY : ARRAY;
    }
    boolean isAfterElement = array[last] == ',' || array[last] == '}' || array[last] == ']';
    return array[from] == '[' && scanner.depth() == 1 && isAfterElement ? ARRAY : null;
  }

  private static boolean lengthThenValue(byte[] array, int from, int to) {
    int end = endOfDigits(array, from, to);
    int next = end < to && array[end] == '\r' ? end + 1 : end;
    return end > from
        && next + 1 < to
        && array[next] == '\n'
        && (array[next + 1] == '{' || array[next + 1] == '[');
  }

  private static int endOfDigits(byte[] array, int from, int to) {
    int end = from;
    int most = Math.min(to, from + MOST_DIGITS);
    while (end < most && array[end] >= '0' && array[end] <= '9') {
      end++;
    }
    return end;
  }

  private static boolean startsWith(byte[] array, int from, int to, String prefix) {
    int length = prefix.length();
    return to - from >= length && new String(array, from, length, US_ASCII).equals(prefix);
  }
}
