package dev.perennial.http.internal.exchange;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import okio.Buffer;
import okio.BufferedSource;
import okio.Source;
import okio.Timeout;

/**
 * Inflates gzip (RFC 1952), whose members may follow one another, as its bytes come. Other than
 * Okio's, it holds no part of a header: a server could send a file name without an end.
 */
final class GzipSource implements Source {
  private static final int MAGIC = 0x1f8b;
  private static final int DEFLATE = 8;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  /** What follows the flags in each header: the time, the level and the system. */
  private static final int UNUSED_BYTES = 6;

  /** An extra field may have 64 KiB. */
  private static final int MAX_HEADER_BYTES = 128 * 1024;

  private static final int PIECE_BYTES = 8 * 1024;

  private final BufferedSource wire;
  private final String endpoint;
  private final boolean mayBeEmpty;
  private final Inflater inflater = new Inflater(/* nowrap= */ true);
  private final CRC32 check = new CRC32();

  /** What was read of the wire: the bytes from {@code at} to {@code end} are still to be used. */
  private final byte[] input = new byte[PIECE_BYTES];

  private int at;
  private int end;

  private final byte[] inflated = new byte[PIECE_BYTES];

  /** Whether the header of a member was read, and its end was not. */
  private boolean isInMember;

  private boolean hadMember;
  private int headerBytes;

  /**
   * Inflates a body.
   *
   * @param endpoint where it comes from, a redacted URL
   * @param mayBeEmpty whether a body without a byte is whole: servers send one under any coding
   */
  GzipSource(BufferedSource wire, String endpoint, boolean mayBeEmpty) {
    this.wire = wire;
    this.endpoint = endpoint;
    this.mayBeEmpty = mayBeEmpty;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    if (byteCount == 0) {
      return 0;
    }
    while (isInMember || beginMember()) {
      int count = inflate((int) Math.min(byteCount, PIECE_BYTES));
      if (count > 0) {
        check.update(inflated, 0, count);
        sink.write(inflated, 0, count);
        return count;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsDictionary() || !inflater.needsInput()) {
        throw damaged("Expected deflated data but they need what gzip does not have");
      } else {
        requireInput();
        inflater.setInput(input, at, end - at);
        at = end;
      }
    }
    return -1;
  }

  private int inflate(int max) throws IOException {
    try {
      return inflater.inflate(inflated, 0, max);
    } catch (DataFormatException e) {
      throw new TransportException(
          Reason.RESET, "Expected deflated data from " + endpoint + " but they are malformed", e);
    }
  }

  /** Reads a header; false when the body is over instead. */
  private boolean beginMember() throws IOException {
    if (!hasInput()) {
      requireEndBetweenMembers();
      return false;
    }
    check.reset();
    headerBytes = 0;
    require("magic number", MAGIC, headerByte() << 8 | headerByte());
    require("method", DEFLATE, headerByte());
    int flags = headerByte();
    skip(UNUSED_BYTES);
    if ((flags & EXTRA) != 0) {
      skip(headerByte() | headerByte() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      int expected = (int) check.getValue() & 0xffff;
      require("check of the header", expected, headerByte() | headerByte() << 8);
    }
    check.reset();
    inflater.reset();
    isInMember = true;
    hadMember = true;
    return true;
  }

  private void requireEndBetweenMembers() throws TransportException {
    if (!hadMember && !mayBeEmpty) {
      throw new TransportException(
          Reason.RESET, "Expected gzip from " + endpoint + " but the body is over");
    }
  }

  private void endMember() throws IOException {
    at = end - inflater.getRemaining();
    require("check of the data", (int) check.getValue(), littleEndian());
    require("length of the data", (int) inflater.getBytesWritten(), littleEndian());
    isInMember = false;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      headerByte();
    }
  }

  private void skipText() throws IOException {
    int read;
    do {
      read = headerByte();
    } while (read != 0);
  }

  private int headerByte() throws IOException {
    if (++headerBytes > MAX_HEADER_BYTES) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected at most "
              + MAX_HEADER_BYTES
              + " bytes of a header of gzip but were more from "
              + endpoint);
    }
    int read = next();
    check.update(read);
    return read;
  }

  private int littleEndian() throws IOException {
    return next() | next() << 8 | next() << 16 | next() << 24;
  }

  private int next() throws IOException {
    requireInput();
    return input[at++] & 0xff;
  }

  private void requireInput() throws IOException {
    if (!hasInput()) {
      throw new TransportException(
          Reason.RESET,
          "Expected the rest of a member of gzip from " + endpoint + " but the body is over");
    }
  }

  /** Waits for bytes; false at the end of the body. */
  private boolean hasInput() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(wire.read(input), 0);
    }
    return end > 0;
  }

  private void require(String what, int expected, int actual) throws TransportException {
    if (actual != expected) {
      throw damaged(
          String.format("Expected the %s of gzip to be %x but was %x", what, expected, actual));
    }
  }

  private TransportException damaged(String message) {
    return new TransportException(Reason.RESET, message + " from " + endpoint);
  }

  @Override
  public Timeout timeout() {
    return wire.timeout();
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    wire.close();
  }
}
