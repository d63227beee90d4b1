package dev.perennial.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.http.internal.text.Utf8;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a JSON text (RFC 8259) in UTF-8. Each method passes over one at an index, checks
 * it, and returns the index after it. Bytes outside ASCII occur in strings alone, so they are
 * checked there. Not thread-safe.
 */
final class JsonText {
  private static final byte[] NO_BYTES = {};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final int NONE = -1;
  private static final int STRIDE = Long.BYTES;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long SPACES = ' ' * ONES;

  private byte[] array = NO_BYTES;

  /** The array by words; null until a string of the text is long enough. */
  private @Nullable ByteBuffer words;

  private int offset;
  private int end;

  /** Whether the string that was read last has an escape. */
  private boolean isEscaped;

  /** Takes a text to read. */
  void begin(byte[] bytes, int from, int length) {
    array = bytes;
    offset = from;
    end = from + length;
  }

  /** Lets go of the array, which a connection that is idle gives back. */
  void forget() {
    array = NO_BYTES;
    words = null;
  }

  int start() {
    return offset;
  }

  int end() {
    return end;
  }

  /** Returns the index after a byte order mark, which a parser may ignore (RFC 8259, 8.1). */
  int afterMark() {
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (offset + i == end || array[offset + i] != BYTE_ORDER_MARK[i]) {
        return offset;
      }
    }
    return offset + BYTE_ORDER_MARK.length;
  }

  // ---- What was read ----

  /**
   * Returns the text of a value that was read: a string's characters; anything else as it is
   * written.
   *
   * @return null if it is null
   */
  @Nullable String of(int from, int to) {
    return switch (array[from]) {
      case 'n' -> null;
      case '"' -> unescaped(from + 1, to - 1);
      default -> new String(array, from, to - from, UTF_8);
    };
  }

  /** Returns whether the characters of a name are these bytes of UTF-8. */
  boolean isName(int from, int to, byte[] name) {
    if (isEscaped) {
      return unescaped(from, to).equals(new String(name, UTF_8));
    }
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (array[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns the characters of a string that was read. */
  private String unescaped(int from, int to) {
    int escape = backslash(from, to);
    if (escape == to) {
      return new String(array, from, to - from, UTF_8);
    }
    StringBuilder text = new StringBuilder(to - from);
    int plain = from;
    while (escape < to) {
      text.append(new String(array, plain, escape - plain, UTF_8));
      byte kind = array[escape + 1];
      plain = escape + 2;
      if (kind == 'u') {
        text.append((char) hex(plain));
        plain += 4;
      } else {
        text.append(escaped(kind));
      }
      escape = backslash(plain, to);
    }
    return text.append(new String(array, plain, to - plain, UTF_8)).toString();
  }

  private int backslash(int from, int to) {
    int at = from;
    while (at < to && array[at] != '\\') {
      at++;
    }
    return at;
  }

  private static char escaped(byte kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> (char) kind;
    };
  }

  /** Returns the number that four hexadecimal digits stand for; negative if they are none. */
  private int hex(int from) {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < end ? Character.digit(array[i], 16) : NONE;
      if (digit < 0) {
        return NONE;
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  // ---- Values ----

  /** Passes over a value that is no object or array. */
  int scalar(int at) throws NotJsonException {
    return switch (byteAt(at)) {
      case '"' -> string(at);
      case 't' -> word("true", at);
      case 'f' -> word("false", at);
      case 'n' -> word("null", at);
      default -> number(at);
    };
  }

  private int word(String word, int from) throws NotJsonException {
    for (int i = 0; i < word.length(); i++) {
      if (byteAt(from + i) != word.charAt(i)) {
        throw expected("a JSON value", from);
      }
    }
    return from + word.length();
  }

  private int number(int from) throws NotJsonException {
    int at = byteAt(from) == '-' ? from + 1 : from;
    if (!isDigit(at)) {
      throw expected(at > from ? "a digit" : "a JSON value", at);
    }
    at = array[at] == '0' ? at + 1 : digits(at);
    if (byteAt(at) == '.') {
      at = digits(at + 1);
    }
    if ((byteAt(at) | 0x20) == 'e') {
      int sign = byteAt(at + 1);
      at = digits(sign == '+' || sign == '-' ? at + 2 : at + 1);
    }
    return at;
  }

  /** Passes over one digit or more. */
  private int digits(int from) throws NotJsonException {
    if (!isDigit(from)) {
      throw expected("a digit", from);
    }
    int at = from + 1;
    while (isDigit(at)) {
      at++;
    }
    return at;
  }

  private boolean isDigit(int at) {
    return at < end && array[at] >= '0' && array[at] <= '9';
  }

  // ---- Strings ----

  /**
   * Passes over a string.
   *
   * @return the index after its closing quote
   */
  int string(int from) throws NotJsonException {
    int at = expect('"', from) + 1;
    isEscaped = false;
    while (true) {
      at = plain(at);
      int next = byteAt(at);
      if (next == '"') {
        return at + 1;
      } else if (next == '\\') {
        isEscaped = true;
        at = escape(at + 1);
      } else if (next < 0 && at < end) {
        at = character(at);
      } else {
        throw expected(at < end ? "no control character in a string" : "the end of a string", at);
      }
    }
  }

  /** Passes over the characters of ASCII that are nothing special in a string. */
  private int plain(int from) {
    int soon = Math.min(end, from + STRIDE);
    int at = plainBytes(from, soon);
    if (at < soon || at == end) {
      return at; // Most strings are short.
    }
    ByteBuffer longs = words == null ? ByteBuffer.wrap(array) : words;
    words = longs;
    int last = end - STRIDE;
    while (at <= last && isPlain(longs.getLong(at))) {
      at += STRIDE;
    }
    return plainBytes(at, end);
  }

  private int plainBytes(int from, int to) {
    int at = from;
    while (at < to && isPlain(array[at])) {
      at++;
    }
    return at;
  }

  private static boolean isPlain(byte next) {
    return next >= ' ' && next != '"' && next != '\\';
  }

  /** Returns whether all bytes of a word are plain; false at times if one is above ASCII. */
  private static boolean isPlain(long word) {
    long quotes = word ^ QUOTES;
    long backslashes = word ^ BACKSLASHES;
    long special = (quotes - ONES) | (backslashes - ONES) | (word - SPACES) | word;
    return (special & HIGH_BITS) == 0;
  }

  private int escape(int at) throws NotJsonException {
    int kind = byteAt(at);
    if (kind == 'u' && hex(at + 1) >= 0) {
      return at + 5;
    }
    if (kind < 0 || "\"\\/bfnrt".indexOf(kind) < 0) {
      throw expected("an escape", at);
    }
    return at + 1;
  }

  private int character(int at) throws NotJsonException {
    int length = Utf8.lengthAt(array, at, end);
    if (length == 0) {
      throw new NotJsonException("byte " + (at - offset) + " of it is not UTF-8");
    }
    return at + length;
  }

  // ---- Between values ----

  /** Passes over the colon of a member. */
  int value(int afterName) throws NotJsonException {
    return blanks(expect(':', blanks(afterName)) + 1);
  }

  int blanks(int from) {
    int at = from;
    while (at < end && isBlank(array[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte next) {
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  int expect(char wanted, int at) throws NotJsonException {
    if (byteAt(at) != wanted) {
      throw expected(wanted == '}' || wanted == ']' ? ", or " + wanted : "a " + wanted, at);
    }
    return at;
  }

  /** Returns the byte at an index; negative at the end, and above ASCII. */
  int byteAt(int at) {
    return at < end ? array[at] : NONE;
  }

  NotJsonException expected(String what, int at) {
    return new NotJsonException(
        "it is not JSON: expected "
            + what
            + " at its byte "
            + (at - offset)
            + (at < end ? "" : ", where it ends"));
  }
}
