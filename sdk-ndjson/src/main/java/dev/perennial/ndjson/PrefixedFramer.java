package dev.perennial.ndjson;

import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/** Events that follow a line with their length. Blank lines between events are heartbeats. */
final class PrefixedFramer extends LengthFramer {

  /** The digits of the largest 64-bit number; a longer line is not a length. */
  static final int MAX_LENGTH_BYTES = 20;

  static final String LENGTH = "the length of an event, 1 to " + MAX_LENGTH_BYTES + " ASCII digits";

  /** A length begins at the start of the buffer; there is no LF between that and here. */
  private int scanned;

  PrefixedFramer(int maxEventBytes, JsonFrames events) {
    super(maxEventBytes, "", events);
  }

  @Override
  @Nullable Frame readLength(ReadBuffer in) throws TransportException {
    int from = in.start();
    int lineFeed = in.lineFeed(from + scanned);
    scanned = lineFeed - from;
    if (scanned > MAX_LENGTH_BYTES + 1) { // And a CR.
      throw unexpected(in, LENGTH);
    }
    if (lineFeed == in.end()) {
      return null;
    }
    int to = Lines.endWithoutCr(in.array(), from, lineFeed);
    if (to - from > MAX_LENGTH_BYTES) {
      throw unexpected(in, LENGTH);
    }
    if (Lines.isBlank(in.array(), from, to)) {
      scanned = 0;
      return takeBetween(in, lineFeed + 1);
    }
    long length = Digits.value(in.array(), from, to);
    if (length < 0) {
      throw unexpected(in, LENGTH);
    }
    scanned = 0;
    takeLength(in, lineFeed + 1, length);
    return null;
  }

  @Override
  boolean isInsideLength() {
    return scanned > 0;
  }
}
