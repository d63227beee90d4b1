package dev.perennial.ndjson;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Splits a JSON text sequence (RFC 7464): each value follows a record separator, 0x1E, and an LF
 * follows the value. What is no value is malformed up to the next separator (2.3).
 */
final class SequenceFramer implements Framer {
  private static final byte SEPARATOR = 0x1e;

  private final BodyPosition position;
  private final JsonFrames events;
  private final ValueScanner scanner = new ValueScanner();

  /** Whether the start of the buffer is in a text, whose separator was given up. */
  private boolean isInText;

  /** Whether the value of this text was taken: only white space may follow. */
  private boolean isTaken;

  /** How many bytes of the text at the start of the buffer were looked at. */
  private int scanned;

  /** Where the value ends from the start of the buffer; unknown while it is not whole. */
  private int valueEnd = ValueScanner.UNKNOWN;

  private boolean hasText;

  SequenceFramer(int maxEventBytes, JsonFrames events) {
    this.position = new BodyPosition(maxEventBytes);
    this.events = events;
  }

  @Override
  public @Nullable Frame next(ReadBuffer in) throws TransportException {
    while (true) {
      if (scanned == 0 && skipBlanks(in)) {
        return events.heartbeat();
      }
      if (in.start() == in.end()) {
        return null;
      }
      if (scanned == 0 && in.array()[in.start()] == SEPARATOR) {
        position.consume(in, in.start() + 1);
        beginText();
      } else if (!isInText) {
        throw notASequence(in);
      } else {
        return text(in);
      }
    }
  }

  /** Returns whether blanks were given up that are more than the end of a text. */
  private boolean skipBlanks(ReadBuffer in) {
    int to = ValueScanner.skipBlanks(in.array(), in.start(), in.end());
    boolean isSignOfLife = to - in.start() > 1 || (to > in.start() && !isTaken);
    position.consume(in, to);
    return isSignOfLife && to == in.end();
  }

  private void beginText() {
    isInText = true;
    isTaken = false;
    hasText = true;
    scanner.reset();
  }

  /** Returns the value when it is whole, or what is no value up to the next separator. */
  private @Nullable Frame text(ReadBuffer in) throws TransportException {
    byte[] array = in.array();
    int from = in.start();
    int separator = from + scanned;
    while (separator < in.end() && array[separator] != SEPARATOR) {
      separator++;
    }
    if (!isTaken && valueEnd == ValueScanner.UNKNOWN) {
      int end = scanner.endOf(array, from + scanned, separator);
      valueEnd = end == ValueScanner.UNKNOWN ? end : end - from;
    }
    scanned = separator - from;
    position.checkSize(scanned);
    if (valueEnd != ValueScanner.UNKNOWN) {
      return take(in, from + valueEnd);
    }
    return separator < in.end() ? take(in, separator) : null;
  }

  private Frame take(ReadBuffer in, int to) throws TransportException {
    int from = in.start();
    byte[] array = in.array();
    int length = to - from;
    long line = position.line();
    long offset = position.offset();
    position.consume(in, to);
    scanned = 0;
    valueEnd = ValueScanner.UNKNOWN;
    boolean isRest = isTaken;
    isTaken = true;
    return isRest
        ? events
            .defective(array, from, length, new IOException("there is more after its value"))
            .at(line, offset)
        : events.event(array, from, length).at(line, offset);
  }

  @Override
  public @Nullable Frame end(ReadBuffer in) throws TransportException {
    if (scanned > 0) {
      throw new TransportException(
          Reason.RESET,
          "Expected the rest of a value but the body ended within it, " + position.place());
    }
    return null;
  }

  @Override
  public boolean isInsideEvent() {
    return scanned > 0;
  }

  private TransportException notASequence(ReadBuffer in) {
    String guess = hasText ? null : FramingGuess.of(in.array(), in.start(), in.end());
    return new TransportException(
        Reason.MALFORMED,
        "Expected a record separator (RFC 7464) "
            + position.place()
            + " but was something else"
            + FramingGuess.hint(guess));
  }
}
