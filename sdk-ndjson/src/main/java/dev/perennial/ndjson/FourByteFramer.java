package dev.perennial.ndjson;

import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Events that follow their length as four bytes, the highest first. A length of 0 is a heartbeat.
 */
final class FourByteFramer extends LengthFramer {
  private static final int LENGTH_BYTES = Integer.BYTES;

  private boolean isInside;
  private boolean isAtStart = true;

  FourByteFramer(int maxEventBytes, JsonFrames events) {
    super(maxEventBytes, "", events);
  }

  @Override
  @Nullable Frame readLength(ReadBuffer in) throws TransportException {
    int from = in.start();
    isInside = in.end() > from;
    if (in.end() - from < LENGTH_BYTES) {
      return null;
    }
    byte[] array = in.array();
    if (isAtStart && array[from] >= '\t') { // Text: more than 150 MiB, if it were a length.
      throw unexpected(in, "the length of an event in four bytes");
    }
    isAtStart = false;
    isInside = false;
    long length = 0;
    for (int i = from; i < from + LENGTH_BYTES; i++) {
      length = (length << Byte.SIZE) | (array[i] & 0xff);
    }
    if (length == 0) {
      return takeBetween(in, from + LENGTH_BYTES);
    }
    takeLength(in, from + LENGTH_BYTES, length);
    return null;
  }

  @Override
  boolean isInsideLength() {
    return isInside;
  }
}
