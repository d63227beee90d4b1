package dev.perennial.websocket;

import java.io.EOFException;
import java.io.IOException;
import okio.BufferedSource;

/**
 * Reads the header of a frame that a server sent (RFC 6455, 5.2), and checks every rule that needs
 * no other frame. The constants serve {@link FrameWriter} too.
 *
 * <p>One object serves all frames of a connection. Used by the reader thread only.
 */
final class FrameHeader {
  // Opcodes (RFC 6455, 5.2). All others are reserved, and permessage-deflate defines none.
  static final int OPCODE_CONTINUATION = 0x0;
  static final int OPCODE_TEXT = 0x1;
  static final int OPCODE_BINARY = 0x2;
  static final int OPCODE_CLOSE = 0x8;
  static final int OPCODE_PING = 0x9;
  static final int OPCODE_PONG = 0xa;

  // Bits of the first byte.
  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  static final int RSV2_AND_RSV3 = 0x30;
  static final int OPCODE = 0x0f;

  // Bits of the second byte.
  static final int MASK = 0x80;
  static final int LENGTH = 0x7f;

  // Values of the length bits, and the longest payload of each of the two shorter forms.
  static final int LENGTH_IN_2_BYTES = 126;
  static final int LENGTH_IN_8_BYTES = 127;
  static final int MAX_CONTROL_BYTES = 125;
  static final int MAX_LENGTH_IN_2_BYTES = 0xffff;

  /** Whether RSV1 has a meaning, which permessage-deflate gives it (RFC 7692, 6). */
  private final boolean isDeflateAgreed;

  private int first;
  private long length;

  FrameHeader(boolean isDeflateAgreed) {
    this.isDeflateAgreed = isDeflateAgreed;
  }

  /** Whether this is the last frame of its message. */
  boolean isFinal() {
    return (first & FIN) != 0;
  }

  /** Whether the message that begins with this frame is compressed. */
  boolean isCompressed() {
    return (first & RSV1) != 0;
  }

  int opcode() {
    return first & OPCODE;
  }

  /** RFC 6455, 5.5. */
  boolean isControl() {
    return opcode() >= OPCODE_CLOSE;
  }

  private boolean isKnown() {
    int opcode = opcode();
    return opcode <= OPCODE_BINARY || (opcode >= OPCODE_CLOSE && opcode <= OPCODE_PONG);
  }

  /** The payload's length in bytes, from 0 to 2^63 - 1. */
  long length() {
    return length;
  }

  /** Reads the first byte, waiting for it. The {@link #length} is that of the frame before. */
  void readFirst(BufferedSource in) throws IOException {
    require(in, 1);
    first = in.readByte() & 0xff;
    if ((first & RSV2_AND_RSV3) != 0) {
      throw FrameException.protocol(
          "Expected a frame without RSV2 and RSV3 but its first byte was 0x"
              + Integer.toHexString(first));
    }
    if (!isKnown()) {
      throw FrameException.protocol(
          "Expected a frame with opcode 0, 1, 2, 8, 9 or 10 but was " + opcode());
    }
    if (isControl() && !isFinal()) {
      throw FrameException.protocol( // 5.5: control frames must not be fragmented.
          "Expected a whole control frame but was a fragment with opcode " + opcode());
    }
    if (isCompressed() && !mayBeCompressed()) {
      throw FrameException.protocol(
          "Expected RSV1 only on the first frame of a compressed message but was on opcode "
              + opcode()
              + (isDeflateAgreed ? "" : " without permessage-deflate"));
    }
  }

  /** RFC 7692, 6: only the first frame of a message; 6.1: never a control frame. */
  private boolean mayBeCompressed() {
    return isDeflateAgreed && !isControl() && opcode() != OPCODE_CONTINUATION;
  }

  /** Reads the rest of the header, waiting for it. */
  void readLength(BufferedSource in) throws IOException {
    require(in, 1);
    int second = in.readByte() & 0xff;
    if ((second & MASK) != 0) {
      throw FrameException.protocol( // 5.1: a server must not mask.
          "Expected an unmasked frame from the server but was masked");
    }
    int indicator = second & LENGTH;
    if (isControl() && indicator > MAX_CONTROL_BYTES) {
      throw FrameException.protocol(
          "Expected a control frame of at most 125 bytes but its length indicator was "
              + indicator);
    }
    length =
        switch (indicator) {
          case LENGTH_IN_8_BYTES -> longLength(in);
          case LENGTH_IN_2_BYTES -> shortLength(in);
          default -> indicator;
        };
  }

  private static long shortLength(BufferedSource in) throws IOException {
    require(in, Short.BYTES);
    int length = in.readShort() & 0xffff;
    checkMinimal(length, MAX_CONTROL_BYTES, Short.BYTES);
    return length;
  }

  private static long longLength(BufferedSource in) throws IOException {
    require(in, Long.BYTES);
    long length = in.readLong();
    if (length < 0) {
      throw FrameException.protocol(
          "Expected a frame of at most 2^63 - 1 bytes but its length was "
              + Long.toUnsignedString(length));
    }
    checkMinimal(length, MAX_LENGTH_IN_2_BYTES, Long.BYTES);
    return length;
  }

  /** RFC 6455, 5.2: the length must be encoded in the fewest bytes possible. */
  private static void checkMinimal(long length, int maxOfShorterForm, int formBytes)
      throws FrameException {
    if (length <= maxOfShorterForm) {
      throw FrameException.protocol(
          "Expected the shortest encoding of a frame's length but was "
              + length
              + " in "
              + formBytes
              + " bytes");
    }
  }

  /** Waits until {@code byteCount} bytes are buffered. */
  static void require(BufferedSource in, long byteCount) throws IOException {
    if (!in.request(byteCount)) {
      throw endOfConnection();
    }
  }

  /** RFC 6455, 7.1.4: a connection that ends without a close frame was not closed cleanly. */
  static EOFException endOfConnection() {
    return new EOFException("Expected a close frame but the connection ended");
  }
}
