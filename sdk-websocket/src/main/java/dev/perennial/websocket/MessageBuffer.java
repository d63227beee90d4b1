package dev.perennial.websocket;

import dev.perennial.http.Utf8Validator;
import java.io.IOException;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Collects the bytes of one message as they come. Checks the size limit before it takes bytes, and
 * that text is UTF-8 while it takes them.
 *
 * <p>The bytes are kept in Okio's segments: a kilobyte or more is moved there, less is copied to
 * the end of the last segment, so that even fragments of one byte waste no memory.
 *
 * <p>One object serves all messages of a connection. Used by the reader thread only.
 */
final class MessageBuffer {
  private final int maxBytes;
  private final Buffer bytes = new Buffer();
  private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();
  private final Utf8Validator utf8 = new Utf8Validator();

  private boolean isBinary;

  /**
   * An empty buffer.
   *
   * @param maxBytes the size limit of a message
   */
  MessageBuffer(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  int maxBytes() {
    return maxBytes;
  }

  /** Starts a message. */
  void start(boolean isBinary) {
    this.isBinary = isBinary;
  }

  /** Throws if the message would be too large with {@code more} bytes. */
  void requireFits(long more) throws FrameException {
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
    requireFits(byteCount);
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

  /** Takes a message of a single frame that is buffered already, with one copy into its array. */
  Message readWhole(BufferedSource in, long byteCount) throws IOException {
    requireFits(byteCount);
    byte[] whole = in.readByteArray(byteCount);
    checkText(whole, 0, whole.length);
    return end(whole);
  }

  /** Takes a copy of the first {@code byteCount} bytes of an array. */
  void write(byte[] array, int byteCount) throws FrameException {
    requireFits(byteCount);
    checkText(array, 0, byteCount);
    bytes.write(array, 0, byteCount);
  }

  /** Ends the message and returns it. */
  Message end() throws FrameException {
    return end(bytes.readByteArray());
  }

  private Message end(byte[] whole) throws FrameException {
    if (!isBinary && !utf8.isComplete()) {
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

  /** RFC 6455, 8.1. */
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
