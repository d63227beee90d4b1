package dev.perennial.ndjson;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Splits a body into JSON values by their own brackets and quotes: values one after another, with
 * any white space or none between and within them, or the elements of one array. Bytes that are no
 * value end the connection, since the beginning of the next value is unknown then.
 */
final class ValueFramer implements Framer {

  /** What comes next. */
  private enum Expected {
    /** The bracket that opens the array. */
    ARRAY,
    /** A value. */
    VALUE,
    /** The first element of the array, or its end. */
    FIRST_ELEMENT,
    /** The comma before another element of the array, or its end. */
    COMMA,
    /** Nothing: the array has ended. */
    NOTHING
  }

  private final BodyPosition position;
  private final boolean isArray;
  private final JsonFrames events;
  private final ValueScanner scanner = new ValueScanner();

  private Expected expected;

  /** How many bytes of the value at the start of the buffer were scanned; 0 between position. */
  private int scanned;

  /** Whether the line that the last value ended on is not over: its line end is no heartbeat. */
  private boolean isAfterValue;

  private boolean isAtStart = true;
  private boolean hasValue;

  private ValueFramer(int maxEventBytes, boolean isArray, JsonFrames events) {
    this.position = new BodyPosition(maxEventBytes);
    this.isArray = isArray;
    this.events = events;
    this.expected = isArray ? Expected.ARRAY : Expected.VALUE;
  }

  /** A framer of values one after another. */
  static ValueFramer concatenated(int maxEventBytes, JsonFrames events) {
    return new ValueFramer(maxEventBytes, false, events);
  }

  /** A framer of the elements of one array. */
  static ValueFramer array(int maxEventBytes, JsonFrames events) {
    return new ValueFramer(maxEventBytes, true, events);
  }

  @Override
  public @Nullable Frame next(ReadBuffer in) throws TransportException {
    if (isAtStart) {
      int mark = in.skipByteOrderMark();
      if (mark < 0) {
        return null;
      }
      position.skipped(mark);
      isAtStart = false;
    }
    while (scanned == 0) {
      boolean isSignOfLife = skipBlanks(in);
      if (in.start() == in.end()) {
        return isSignOfLife ? events.heartbeat() : null;
      }
      if (isValueNext(in)) {
        scanner.reset();
        break;
      }
      position.consume(in, in.start() + 1);
    }
    return value(in);
  }

  /** Returns whether the blanks are more than the line end after a value. */
  private boolean skipBlanks(ReadBuffer in) {
    byte[] array = in.array();
    int from = in.start();
    int to = ValueScanner.skipBlanks(array, from, in.end());
    int lineEnd = from;
    while (isAfterValue && lineEnd < to) {
      isAfterValue = array[lineEnd] != '\n';
      lineEnd++;
    }
    position.consume(in, to);
    return to > lineEnd;
  }

  /** Whether a value begins here; otherwise there is one byte of the array around the position. */
  private boolean isValueNext(ReadBuffer in) throws TransportException {
    byte next = in.array()[in.start()];
    isAfterValue = false;
    if (expected == Expected.ARRAY && next == '[') {
      expected = Expected.FIRST_ELEMENT;
      return false;
    }
    boolean mayEnd = expected == Expected.FIRST_ELEMENT || expected == Expected.COMMA;
    if (mayEnd && next == ']') {
      expected = Expected.NOTHING;
      return false;
    }
    if (expected == Expected.COMMA && next == ',') {
      expected = Expected.VALUE;
      return false;
    }
    boolean mayBegin = expected == Expected.VALUE || expected == Expected.FIRST_ELEMENT;
    if (!mayBegin || !ValueScanner.isBegin(next)) {
      throw unexpected(in);
    }
    return true;
  }

  private @Nullable Frame value(ReadBuffer in) throws TransportException {
    int from = in.start();
    int end = scanner.endOf(in.array(), from + scanned, in.end());
    if (end == ValueScanner.UNKNOWN) {
      scanned = in.end() - from;
      position.checkSize(scanned);
      return null;
    }
    return take(in, end);
  }

  private Frame take(ReadBuffer in, int end) throws TransportException {
    int from = in.start();
    position.checkSize(end - from);
    if (!isArray && scanner.isBare() && !mayFollow(in.array()[end])) {
      throw unexpected(in); // A number before a colon: the value is a part of something else.
    }
    Frame event = events.soundEvent(in.array(), from, end - from, position.place());
    position.consume(in, end);
    scanned = 0;
    isAfterValue = true;
    hasValue = true;
    expected = isArray ? Expected.COMMA : Expected.VALUE;
    return event;
  }

  private static boolean mayFollow(byte b) {
    return ValueScanner.isBlank(b) || ValueScanner.isBegin(b);
  }

  @Override
  public @Nullable Frame end(ReadBuffer in) throws TransportException {
    if (scanned > 0 && !isArray && scanner.isBare()) {
      // It may be the beginning of a longer one, 12 of 123, so it is not delivered.
      throw cut("a number or literal whose end cannot be known");
    }
    if (scanned > 0) {
      throw cut("a value");
    }
    if (expected != Expected.NOTHING && isArray) {
      throw cut("its array");
    }
    return null;
  }

  private TransportException cut(String what) {
    return new TransportException(
        Reason.RESET, "Expected more but the body ended within " + what + ", " + position.place());
  }

  @Override
  public boolean isInsideEvent() {
    return scanned > 0;
  }

  private TransportException unexpected(ReadBuffer in) {
    String guess = hasValue ? null : FramingGuess.of(in.array(), in.start(), in.end());
    String next =
        switch (expected) {
          case ARRAY -> "a JSON array";
          case VALUE, FIRST_ELEMENT -> "a JSON value";
          case COMMA -> "a comma or the end of the array";
          case NOTHING -> "nothing after the array";
        };
    return new TransportException(
        Reason.MALFORMED,
        "Expected "
            + next
            + " "
            + position.place()
            + " but was something else"
            + FramingGuess.hint(guess));
  }
}
