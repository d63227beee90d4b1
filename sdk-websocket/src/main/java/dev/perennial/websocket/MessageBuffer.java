package dev.perennial.websocket;

import java.io.IOException;
import okio.Buffer;
import okio.BufferedSource;

/**
 * The bytes of one message as they come, held in Okio's segments: what is a kilobyte or more is
 * moved there, less is copied behind the rest, so that the smallest fragments waste nothing. It
 * checks the size before it takes bytes, and text as it takes them.
 *
 * <p>One object serves all messages of a connection; it belongs to the thread that reads.
 */
final class MessageBuffer {
  private final int maxBytes;
  private final Buffer bytes = new Buffer();
  private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();
  private final Utf8Check utf8 = new Utf8Check();

  private boolean isBinary;

  /**
   * A buffer without a message.
   *
   * @param maxBytes how large a message may be
   */
  MessageBuffer(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  int maxBytes() {
    return maxBytes;
  }

  /** Begins a message. */
  void begin(boolean isBinary) {
    this.isBinary = isBinary;
  }

  /** Refuses a message that would have {@code more} bytes beside those that are here. */
  void checkRoom(long more) throws FrameException {
    if (more > maxBytes - bytes.size()) {
      // A sum above 2^63 - 1 is negative.
      long atLeast = Math.max(more, bytes.size() + more);
      throw FrameException.tooLarge(
          "Expected a message of at most "
              + maxBytes
              + " bytes (maxEventBytes) but was at least "
              + atLeast);
    }
  }

  /** Takes {@code byteCount} bytes from {@code in}, waiting for them. */
  void read(BufferedSource in, long byteCount) throws IOException {
    checkRoom(byteCount);
    long remaining = byteCount;
    while (remaining > 0) {
      long count = in.read(bytes, remaining);
      if (count == -1) {
        throw FrameHeader.endOfConnection();
      }
      remaining -= count;
      checkLast(count);
    }
  }

  /** Takes a message that is a single frame and all there: one copy, into its own array. */
  Message readWhole(BufferedSource in, long byteCount) throws IOException {
    checkRoom(byteCount);
    byte[] whole = in.readByteArray(byteCount);
    checkText(whole, 0, whole.length);
    return end(whole);
  }

  /** Takes a copy of the first {@code byteCount} bytes of an array. */
  void write(byte[] array, int byteCount) throws FrameException {
    checkRoom(byteCount);
    checkText(array, 0, byteCount);
    bytes.write(array, 0, byteCount);
  }

  /** Gives out the message, and forgets it. */
  Message end() throws FrameException {
    return end(bytes.readByteArray());
  }

  private Message end(byte[] whole) throws FrameException {
    if (!isBinary && !utf8.isWhole()) {
      throw notUtf8();
    }
    return new Message(whole, isBinary);
  }

  private void checkLast(long count) throws FrameException {
    if (isBinary) {
      return;
    }
    bytes.readUnsafe(cursor);
    try {
      long from = bytes.size() - count;
      for (int here = cursor.seek(from); here != -1; here = cursor.next()) {
        checkText(cursor.data, cursor.start, cursor.end);
      }
    } finally {
      cursor.close();
    }
  }

  /** RFC 6455 8.1. */
  private void checkText(byte[] array, int from, int to) throws FrameException {
    if (!isBinary && !utf8.accepts(array, from, to)) {
      throw notUtf8();
    }
  }

  private static FrameException notUtf8() {
    return FrameException.invalidData(
        "Expected UTF-8 in a text message but was an invalid sequence");
  }
}
