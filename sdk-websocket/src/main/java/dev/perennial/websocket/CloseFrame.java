package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import okio.Buffer;

/**
 * The body of a close frame that we send (RFC 6455, 5.5.1).
 *
 * @param code a status code that may be sent, or {@link #NO_CODE} for none
 * @param reason at most 123 bytes in UTF-8; empty for none
 */
record CloseFrame(int code, String reason) {
  /** The purpose of the connection is fulfilled. */
  static final int NORMAL = 1000;

  /** Means that a close frame has no code (RFC 6455, 7.1.5). Never sent. */
  static final int NO_CODE = 1005;

  static final int MAX_REASON_BYTES = FrameHeader.MAX_CONTROL_BYTES - Short.BYTES;

  CloseFrame {
    if (code != NO_CODE) {
      requireMaySend(code);
    }
    int reasonBytes = reason.getBytes(UTF_8).length;
    if (reasonBytes > MAX_REASON_BYTES) {
      throw new IllegalArgumentException(
          "reason must have at most " + MAX_REASON_BYTES + " bytes but had " + reasonBytes);
    }
    if (code == NO_CODE && reasonBytes > 0) {
      throw new IllegalArgumentException("reason must be empty without a code but was " + reason);
    }
  }

  /**
   * Whether an endpoint may send this code (RFC 6455, 7.4, and 1012 to 1014, which IANA registered
   * later). 1004 is reserved; 1005, 1006 and 1015 must never be sent; 1016 to 2999 are undefined.
   */
  static boolean maySend(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }

  /**
   * Returns the code.
   *
   * @throws IllegalArgumentException if no endpoint may send it
   */
  static int requireMaySend(int code) {
    if (!maySend(code)) {
      throw new IllegalArgumentException(
          "code must be 1000 to 1003, 1007 to 1014 or 3000 to 4999 but was " + code);
    }
    return code;
  }

  /** Returns the payload of the frame. */
  byte[] toBytes() {
    if (code == NO_CODE) {
      return new byte[0];
    }
    return new Buffer().writeShort(code).writeUtf8(reason).readByteArray();
  }
}
