package dev.perennial.ndjson;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Framer;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Splits a body into events that follow their length. Anything else ends the connection, since the
 * beginning of the next event is unknown then.
 */
abstract class LengthFramer implements Framer {
  private static final int UNKNOWN = -1;

  private final int maxEventBytes;
  private final JsonFrames events;

  /** What follows each event; empty for nothing. */
  private final String trailer;

  /** The length of the event at the start of the buffer; {@link #UNKNOWN} before it is read. */
  private int length = UNKNOWN;

  /** The line ends that were read. */
  private long lines;

  /** The bytes before the start of the buffer. */
  private long bytes;

  /** Where the length of the event begins; meaningful while it is known. */
  private Place place = new Place(1, 0);

  private boolean hasEvent;

  /**
   * A framer at the start of a body.
   *
   * @param maxEventBytes the size limit of an event, in bytes; positive
   */
  LengthFramer(int maxEventBytes, String trailer, JsonFrames events) {
    this.maxEventBytes = maxEventBytes;
    this.trailer = trailer;
    this.events = events;
  }

  /**
   * Reads the length at the start of the buffer with {@link #takeLength}, or gives up what may be
   * between events with {@link #takeBetween}, if it is whole.
   *
   * @return a heartbeat if there was something between events; null otherwise
   */
  abstract @Nullable Frame readLength(ReadBuffer in) throws TransportException;

  /** Whether bytes of a length have come, but not the whole. */
  abstract boolean isInsideLength();

  @Override
  public final @Nullable Frame next(ReadBuffer in) throws TransportException {
    if (length == UNKNOWN) {
      Frame between = readLength(in);
      if (between != null || length == UNKNOWN) {
        return between;
      }
    }
    boolean isWhole = in.end() - in.start() >= (long) length + trailer.length();
    return isWhole ? takeEvent(in) : null;
  }

  /** An event that is shorter than its length was cut off. */
  @Override
  public final @Nullable Frame end(ReadBuffer in) throws TransportException {
    if (isInsideEvent()) {
      throw new TransportException(
          Reason.RESET,
          "Expected the rest of an event but the body ended within it, " + placeHere());
    }
    return null;
  }

  @Override
  public final boolean isInsideEvent() {
    return length != UNKNOWN || isInsideLength();
  }

  /** Gives up the bytes before {@code to}, which are a length. */
  final void takeLength(ReadBuffer in, int to, long eventLength) throws TransportException {
    if (eventLength > maxEventBytes) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected an event of at most "
              + maxEventBytes
              + " bytes (maxEventBytes) but its length was "
              + (eventLength == Long.MAX_VALUE ? "over 2^63" : eventLength));
    }
    place = new Place(lines + 1, bytes);
    length = (int) eventLength;
    consume(in, to);
  }

  /** Gives up the bytes before {@code to}, which are between events. */
  final Frame takeBetween(ReadBuffer in, int to) {
    consume(in, to);
    return events.heartbeat();
  }

  /** Returns the failure of bytes that are not what comes next. */
  final TransportException unexpected(ReadBuffer in, String expected) {
    String guess = hasEvent ? null : FramingGuess.of(in.array(), in.start(), in.end());
    return new TransportException(
        Reason.MALFORMED,
        "Expected "
            + expected
            + ", "
            + new Place(lines + 1, bytes)
            + " but was something else"
            + FramingGuess.hint(guess));
  }

  private Place placeHere() {
    return length != UNKNOWN ? place : new Place(lines + 1, bytes);
  }

  private Frame takeEvent(ReadBuffer in) throws TransportException {
    int from = in.start();
    int to = from + length;
    byte[] array = in.array();
    for (int i = 0; i < trailer.length(); i++) {
      if (array[to + i] != trailer.charAt(i)) {
        throw unexpected(in, "\"" + trailer + "\" after the event");
      }
    }
    Frame event = events.soundEvent(array, from, length, place);
    consume(in, to + trailer.length());
    length = UNKNOWN;
    hasEvent = true;
    return event;
  }

  private void consume(ReadBuffer in, int to) {
    lines += Lines.count(in, in.start(), to);
    bytes += to - in.start();
    in.consume(to);
  }
}
