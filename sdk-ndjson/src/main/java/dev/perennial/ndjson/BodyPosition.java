package dev.perennial.ndjson;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.TransportException;

/** Where the start of the buffer is in the body, and how large the value there may be. */
final class BodyPosition {
  private final int maxEventBytes;
  private long line = 1;
  private long offset;

  BodyPosition(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  /** The line, from 1. */
  long line() {
    return line;
  }

  /** How many bytes come before it. */
  long offset() {
    return offset;
  }

  Place place() {
    return new Place(line, offset);
  }

  /** Counts bytes that the buffer itself has given up. */
  void skipped(int bytes) {
    offset += bytes;
  }

  /** Gives up the bytes before index {@code to}. */
  void consume(ReadBuffer in, int to) {
    line += Lines.count(in, in.start(), to);
    offset += to - in.start();
    in.consume(to);
  }

  /** Fails when a value of which this many bytes have come is too large. */
  void checkSize(int size) throws TransportException {
    if (size > maxEventBytes) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected a value of at most "
              + maxEventBytes
              + " bytes (maxEventBytes) but was at least "
              + size);
    }
  }
}
