package dev.perennial.ndjson;

import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Netstrings: {@code 8:{"id":1},}. White space between them is a heartbeat.
 *
 * @see <a href="https://cr.yp.to/proto/netstrings.txt">Netstrings</a>
 */
final class NetstringFramer extends LengthFramer {
  private static final String LENGTH = PrefixedFramer.LENGTH + " and a colon";

  private boolean isInside;

  NetstringFramer(int maxEventBytes, JsonFrames events) {
    super(maxEventBytes, ",", events);
  }

  @Override
  @Nullable Frame readLength(ReadBuffer in) throws TransportException {
    byte[] array = in.array();
    int from = in.start();
    int end = in.end();
    int first = ValueScanner.skipBlanks(array, from, end);
    if (first > from) {
      return takeBetween(in, first);
    }
    int colon = from;
    while (colon < end && array[colon] != ':' && colon - from <= PrefixedFramer.MAX_LENGTH_BYTES) {
      colon++;
    }
    isInside = colon > from;
    long length = Digits.value(array, from, colon);
    boolean isLength = length >= 0 && colon - from <= PrefixedFramer.MAX_LENGTH_BYTES;
    if (from < end && !isLength) {
      throw unexpected(in, LENGTH);
    }
    if (colon < end) {
      isInside = false;
      takeLength(in, colon + 1, length);
    }
    return null;
  }

  @Override
  boolean isInsideLength() {
    return isInside;
  }
}
