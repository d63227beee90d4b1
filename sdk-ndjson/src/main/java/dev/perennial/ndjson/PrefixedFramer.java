package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.BufferFrame;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Splits a body into events that follow their length: a line with the length in bytes, then so many
 * bytes of JSON. Blank lines between events are heartbeats. Anything else ends the connection,
 * since the beginning of the next event is unknown then.
 */
final class PrefixedFramer implements Framer {

  /** The digits of the largest 64-bit number; a longer line is not a length. */
  static final int MAX_LENGTH_BYTES = 20;

  private static final long LARGER_THAN_ANY = Integer.MAX_VALUE + 1L;
  private static final int UNKNOWN = -1;

  private final int maxEventBytes;
  private final JsonFrames events;

  /** A length begins at the start of the buffer; there is no LF between that and here. */
  private int scanned;

  /** The length of the event at the start of the buffer; {@link #UNKNOWN} before it is read. */
  private int length = UNKNOWN;

  /** The line ends that were read. */
  private long lines;

  /** The bytes before the start of the buffer. */
  private long bytes;

  // Where the line with the length begins; meaningful while the length is known.
  private long firstLine;
  private long firstByte;

  /**
   * A framer at the start of a body.
   *
   * @param maxEventBytes the size limit of an event, in bytes; positive
   */
  PrefixedFramer(int maxEventBytes, JsonFrames events) {
    this.maxEventBytes = maxEventBytes;
    this.events = events;
  }

  @Override
  public @Nullable Frame next(ReadBuffer in) throws TransportException {
    if (length == UNKNOWN) {
      int from = in.start();
      int lineFeed = in.lineFeed(from + scanned);
      scanned = lineFeed - from;
      if (scanned > MAX_LENGTH_BYTES + 1) { // And a CR.
        throw notALength();
      }
      if (lineFeed == in.end()) {
        return null;
      }
      if (!takeLength(in, from, lineFeed)) {
        return events.heartbeat();
      }
    }
    return in.end() - in.start() < length ? null : takeEvent(in);
  }

  /** Returns null: an event that is shorter than its length was cut off. */
  @Override
  public @Nullable Frame end(ReadBuffer in) {
    return null;
  }

  @Override
  public boolean isInsideEvent() {
    return length != UNKNOWN || scanned > 0;
  }

  /** Takes a line with a length. Returns false if the line is blank. */
  private boolean takeLength(ReadBuffer in, int from, int lineFeed) throws TransportException {
    byte[] array = in.array();
    int to = Lines.endWithoutCr(array, from, lineFeed);
    if (to - from > MAX_LENGTH_BYTES) {
      throw notALength();
    }
    boolean isBlank = Lines.isBlank(array, from, to);
    if (!isBlank) {
      length = lengthIn(array, from, to);
    }
    firstLine = lines + 1;
    firstByte = bytes;
    lines++;
    consume(in, lineFeed + 1);
    scanned = 0;
    return !isBlank;
  }

  private int lengthIn(byte[] array, int from, int to) throws TransportException {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = array[i] - '0';
      if (digit < 0 || digit > 9) {
        throw notALength();
      }
      value = Math.min(value * 10 + digit, LARGER_THAN_ANY);
    }
    if (value > maxEventBytes) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected an event of at most "
              + maxEventBytes
              + " bytes (maxEventBytes) but its length was "
              + new String(array, from, to - from, US_ASCII));
    }
    return (int) value;
  }

  private Frame takeEvent(ReadBuffer in) throws TransportException {
    int from = in.start();
    int to = from + length;
    BufferFrame event = events.event(in.array(), from, length).at(firstLine, firstByte);
    IOException defect = event.defect();
    if (defect != null) {
      throw new TransportException(
          Reason.MALFORMED,
          "Expected exactly one JSON value but was "
              + length
              + " bytes "
              + place(firstLine, firstByte)
              + " ("
              + defect.getMessage()
              + ")",
          defect);
    }
    lines += Lines.count(in, from, to);
    consume(in, to);
    length = UNKNOWN;
    return event;
  }

  private void consume(ReadBuffer in, int to) {
    bytes += to - in.start();
    in.consume(to);
  }

  private TransportException notALength() {
    return new TransportException(
        Reason.MALFORMED,
        "Expected the length of an event, 1 to "
            + MAX_LENGTH_BYTES
            + " ASCII digits, "
            + place(lines + 1, bytes)
            + " but was something else");
  }

  private static String place(long line, long firstByte) {
    return "at line " + line + ", byte " + firstByte + " of the connection";
  }
}
