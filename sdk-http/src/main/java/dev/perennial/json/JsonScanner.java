package dev.perennial.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.http.internal.text.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that bytes are a JSON value (RFC 8259) in UTF-8, and finds a field on the way: one pass
 * over the bytes, which allocates nothing but the text of the field.
 *
 * <p>Values that lead nowhere are skipped by a loop, so that nesting costs no stack; only the steps
 * of the pointer recurse. Bytes outside ASCII occur in strings alone, so they are checked there.
 *
 * <p>Internal: shared by the transports of this library. Applications should not use it. Not
 * thread-safe; one object serves any number of texts, one after the other.
 *
 * @since 0.1.0
 */
public final class JsonScanner {
  private static final byte[] NO_BYTES = {};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final int NONE = -1;
  private static final int STRIDE = Long.BYTES;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long SPACES = ' ' * ONES;

  /** The way to the field; null to find none. */
  private final @Nullable List<JsonPointer.Step> steps;

  private final int maxDepth;

  private byte[] array = NO_BYTES;
  private int offset;
  private int end;

  // The open objects (bits that are set) and arrays (others): the outer 64, and those within them.
  private int depth;
  private long outerKinds;
  private @Nullable BitSet innerKinds;

  // Where the field was found; NONE until it is.
  private int foundFrom;
  private int foundTo;

  /** Whether what follows the field is not read. */
  private boolean stopsAtField;

  /** The arrays being read of which the last element counts: a field in them may not be it yet. */
  private int openLastArrays;

  /** Whether the string that was read last has an escape. */
  private boolean isEscaped;

  /** What is wrong with the text. The text is to blame, not the code, so there is no trace. */
  private static final class NotJsonException extends IOException {
    private static final long serialVersionUID = 1;

    NotJsonException(String message) {
      super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /** Returns a scanner that finds no field, of values of at most so many levels. */
  public static JsonScanner ofValues(int maxDepth) {
    return new JsonScanner(null, maxDepth);
  }

  JsonScanner(@Nullable JsonPointer field, int maxDepth) {
    this.steps = field == null ? null : field.steps();
    this.maxDepth = maxDepth;
  }

  /**
   * Reads a text to its end.
   *
   * @return the text of the field; null if there is none, or it is null
   * @throws IOException if it is not exactly one value; the message shows nothing of it
   */
  public @Nullable String readWhole(byte[] bytes, int from, int length) throws IOException {
    begin(bytes, from, length, false);
    int at = blanks(offset);
    if (at == end) {
      throw new NotJsonException("it is blank instead of a JSON value");
    }
    at = blanks(steps == null ? skip(at) : find(steps, 0, at));
    if (at < end) {
      throw new NotJsonException("there is more after its JSON value");
    }
    return found();
  }

  /**
   * Reads a text up to a field.
   *
   * @return the text of the field; null if there is none, it is null, or what was read is not JSON
   */
  @Nullable String readUpTo(byte[] bytes, int from, int length) {
    begin(bytes, from, length, true);
    try {
      int at = blanks(afterMark());
      int unused = steps == null ? skip(at) : find(steps, 0, at);
      return found();
    } catch (NotJsonException e) {
      return null; // If it is an event, its decoder reports that.
    }
  }

  private void begin(byte[] bytes, int from, int length, boolean isOverAtField) {
    array = bytes;
    offset = from;
    end = from + length;
    depth = 0;
    foundFrom = NONE;
    openLastArrays = 0;
    stopsAtField = isOverAtField;
  }

  /** Returns the index after a byte order mark, which a parser may ignore (RFC 8259, 8.1). */
  private int afterMark() {
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (offset + i == end || array[offset + i] != BYTE_ORDER_MARK[i]) {
        return offset;
      }
    }
    return offset + BYTE_ORDER_MARK.length;
  }

  // ---- The field ----

  /**
   * Reads the value at {@code at}, and finds what the steps from {@code number} on lead to in it.
   *
   * @return the index after the value, or after what was read of it
   */
  private int find(List<JsonPointer.Step> steps, int number, int at) throws NotJsonException {
    if (number == steps.size()) {
      int after = skip(at);
      foundFrom = at;
      foundTo = after;
      return after;
    }
    int first = byteAt(at);
    if (first == '{') {
      return findInObject(steps, number, at);
    }
    return first == '[' ? findInArray(steps, number, at) : skip(at);
  }

  private int findInObject(List<JsonPointer.Step> steps, int number, int at)
      throws NotJsonException {
    byte[] name = steps.get(number).name();
    boolean isPassed = false; // The first member of that name counts, whatever it holds.
    open(true, at);
    int next = blanks(at + 1);
    if (byteAt(next) == '}') {
      return closed(next);
    }
    while (true) {
      int colon = string(next);
      boolean isIt = !isPassed && isName(next + 1, colon - 1, name);
      next = value(colon);
      isPassed |= isIt;
      next = blanks(isIt ? find(steps, number + 1, next) : skip(next));
      if (isOver()) {
        return next;
      }
      if (byteAt(next) != ',') {
        return closed(expect('}', next));
      }
      next = blanks(next + 1);
    }
  }

  private int findInArray(List<JsonPointer.Step> steps, int number, int at)
      throws NotJsonException {
    JsonPointer.Step step = steps.get(number);
    open(false, at);
    int next = blanks(at + 1);
    if (byteAt(next) == ']') {
      return closed(next);
    }
    openLastArrays += step.isLast() ? 1 : 0;
    for (int index = 0; ; index++) {
      if (step.isLast()) {
        foundFrom = NONE; // What an earlier element had.
      }
      boolean isIt = step.isLast() || step.index() == index;
      next = blanks(isIt ? find(steps, number + 1, next) : skip(next));
      if (isOver()) {
        return next;
      }
      if (byteAt(next) != ',') {
        openLastArrays -= step.isLast() ? 1 : 0;
        return closed(expect(']', next));
      }
      next = blanks(next + 1);
    }
  }

  private boolean isOver() {
    return stopsAtField && foundFrom != NONE && openLastArrays == 0;
  }

  /** Returns whether the characters of a name are these bytes of UTF-8. */
  private boolean isName(int from, int to, byte[] name) {
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

  private @Nullable String found() {
    if (foundFrom == NONE || array[foundFrom] == 'n') {
      return null;
    }
    if (array[foundFrom] != '"') {
      return new String(array, foundFrom, foundTo - foundFrom, UTF_8);
    }
    return unescaped(foundFrom + 1, foundTo - 1);
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
      value = value << 4 | digit;
    }
    return value;
  }

  // ---- Values ----

  /**
   * Passes over the value at {@code from}.
   *
   * @return the index after it
   */
  private int skip(int from) throws NotJsonException {
    int outer = depth;
    int at = from;
    while (true) {
      switch (byteAt(at)) {
        case '{' -> {
          open(true, at);
          at = blanks(at + 1);
          if (byteAt(at) != '}') {
            at = value(string(at));
            continue;
          }
          at = closed(at);
        }
        case '[' -> {
          open(false, at);
          at = blanks(at + 1);
          if (byteAt(at) != ']') {
            continue;
          }
          at = closed(at);
        }
        default -> at = scalar(at);
      }
      // After a value: all that end here, up to the next of an object or array that goes on.
      while (depth > outer) {
        boolean isObject = isInObject();
        at = blanks(at);
        if (byteAt(at) == ',') {
          at = blanks(at + 1);
          at = isObject ? value(string(at)) : at;
          break;
        }
        at = closed(expect(isObject ? '}' : ']', at));
      }
      if (depth == outer) {
        return at;
      }
    }
  }

  /** Passes over a value that is no object or array. */
  private int scalar(int at) throws NotJsonException {
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
  private int string(int from) throws NotJsonException {
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
    int at = from;
    int last = end - STRIDE;
    if (at <= last && isPlain(array[at])) { // Most strings that are not short are all plain.
      ByteBuffer words = ByteBuffer.wrap(array);
      while (at <= last && isPlain(words.getLong(at))) {
        at += STRIDE;
      }
    }
    while (at < end && isPlain(array[at])) {
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

  // ---- Objects and arrays ----

  private void open(boolean isObject, int at) throws NotJsonException {
    if (depth == maxDepth) {
      throw expected("at most " + maxDepth + " levels", at);
    }
    if (depth >= Long.SIZE) {
      innerKinds = innerKinds == null ? new BitSet() : innerKinds;
      innerKinds.set(depth - Long.SIZE, isObject);
    } else if (isObject) {
      outerKinds |= 1L << depth;
    } else {
      outerKinds &= ~(1L << depth);
    }
    depth++;
  }

  /** Closes the innermost object or array, whose last byte is at {@code at}. */
  private int closed(int at) {
    depth--;
    return at + 1;
  }

  private boolean isInObject() {
    int innermost = depth - 1;
    return innermost >= Long.SIZE && innerKinds != null
        ? innerKinds.get(innermost - Long.SIZE)
        : (outerKinds >>> innermost & 1) != 0;
  }

  /** Passes over the colon of a member. */
  private int value(int afterName) throws NotJsonException {
    return blanks(expect(':', blanks(afterName)) + 1);
  }

  private int blanks(int from) {
    int at = from;
    while (at < end && isBlank(array[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte next) {
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  private int expect(char wanted, int at) throws NotJsonException {
    if (byteAt(at) != wanted) {
      throw expected(wanted == '}' || wanted == ']' ? ", or " + wanted : "a " + wanted, at);
    }
    return at;
  }

  /** Returns the byte at an index; negative at the end, and above ASCII. */
  private int byteAt(int at) {
    return at < end ? array[at] : NONE;
  }

  private NotJsonException expected(String what, int at) {
    return new NotJsonException(
        "it is not JSON: expected "
            + what
            + " at its byte "
            + (at - offset)
            + (at < end ? "" : ", where it ends"));
  }
}
