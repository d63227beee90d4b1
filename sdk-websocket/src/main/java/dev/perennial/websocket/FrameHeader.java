package dev.perennial.websocket;

import java.io.EOFException;
import java.io.IOException;
import okio.BufferedSource;

/**
 * The header of a server's frame (RFC 6455 5.2), with the rules that need no other frame to be
 * checked. One object serves all frames of a connection; it belongs to the thread that reads.
 */
final class FrameHeader {
  static final int MAX_CONTROL_BYTES = 125;
  static final int LENGTH_IN_2_BYTES = 126;
  static final int LENGTH_IN_8_BYTES = 127;
  static final int MAX_LENGTH_IN_2_BYTES = 0xffff;

  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  static final int RSV2_AND_RSV3 = 0x30;
  static final int OPCODE = 0x0f;
  static final int MASK = 0x80;
  static final int LENGTH = 0x7f;

  /** Whether RSV1 has a meaning, which permessage-deflate gives it (RFC 7692 6). */
  private final boolean isDeflateAgreed;

  private int first;
  private long length;

  FrameHeader(boolean isDeflateAgreed) {
    this.isDeflateAgreed = isDeflateAgreed;
  }

  /** Whether it is the last frame of its message. */
  boolean isFinal() {
    return (first & FIN) != 0;
  }

  /** Whether the message that it begins is compressed. */
  boolean isCompressed() {
    return (first & RSV1) != 0;
  }

  int opcode() {
    return first & OPCODE;
  }

  boolean isControl() {
    return Opcode.isControl(opcode());
  }

  /** The payload's length in bytes, from 0 to 2^63 - 1. */
  long length() {
    return length;
  }

  /** Reads the first byte, waiting for it; {@link #length} has no meaning then. */
  void readFirst(BufferedSource in) throws IOException {
    require(in, 1);
    first = in.readByte() & 0xff;
    if ((first & RSV2_AND_RSV3) != 0) {
      throw FrameException.protocol(
          "Expected a frame without RSV2 and RSV3 but was one with first byte 0x"
              + Integer.toHexString(first));
    }
    if (!Opcode.isKnown(opcode())) {
      throw FrameException.protocol(
          "Expected a frame with opcode 0, 1, 2, 8, 9 or 10 but was " + opcode());
    }
    if (isControl() && !isFinal()) {
      throw FrameException.protocol( // 5.5: control frames must not be fragmented.
          "Expected a whole control frame but was a fragment with opcode " + opcode());
    }
    if (isCompressed() && !mayBeCompressed()) {
      throw FrameException.protocol(
          "Expected RSV1 only where a compressed message begins but was on opcode "
              + opcode()
              + (isDeflateAgreed ? "" : " without permessage-deflate"));
    }
  }

  /** RFC 7692 6: never a control frame (6.1), and of a message the first frame alone. */
  private boolean mayBeCompressed() {
    return isDeflateAgreed && !isControl() && opcode() != Opcode.CONTINUATION;
  }

  /** Reads what follows the first byte, waiting for it. */
  void readLength(BufferedSource in) throws IOException {
    require(in, 1);
    int second = in.readByte() & 0xff;
    if ((second & MASK) != 0) {
      throw FrameException.protocol( // 5.1: a server must not mask.
          "Expected an unmasked frame from the server but was a masked one");
    }
    int indicator = second & LENGTH;
    if (isControl() && indicator > MAX_CONTROL_BYTES) {
      throw FrameException.protocol(
          "Expected a control frame of at most 125 bytes but was length indicator " + indicator);
    }
    if (indicator == LENGTH_IN_8_BYTES) {
      length = longLength(in);
    } else if (indicator == LENGTH_IN_2_BYTES) {
      length = shortLength(in);
    } else {
      length = indicator;
    }
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
          "Expected a frame of at most 2^63 - 1 bytes but was length "
              + Long.toUnsignedString(length));
    }
    checkMinimal(length, MAX_LENGTH_IN_2_BYTES, Long.BYTES);
    return length;
  }

  /** RFC 6455 5.2: the minimal number of bytes must be used to encode the length. */
  private static void checkMinimal(long length, int maxOfShorterForm, int formBytes)
      throws FrameException {
    if (length <= maxOfShorterForm) {
      throw FrameException.protocol(
          "Expected the shortest form of a frame's length but was "
              + length
              + " in "
              + formBytes
              + " bytes");
    }
  }

  /** Waits until so many bytes are there. */
  static void require(BufferedSource in, long byteCount) throws IOException {
    if (!in.request(byteCount)) {
      throw endOfConnection();
    }
  }

  /** RFC 6455 7.1.4: what ends without a close frame did not end cleanly. */
  static EOFException endOfConnection() {
    return new EOFException("Expected a close frame but was the end of the connection");
  }
}
