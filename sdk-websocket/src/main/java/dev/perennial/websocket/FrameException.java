package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;

/**
 * The server broke the rules of RFC 6455, or sent too much: the connection is to be failed (7.1.7).
 * Its message says expected and actual, and nothing of a payload.
 */
final class FrameException extends IOException {
  private static final long serialVersionUID = 1L;

  static final int PROTOCOL_ERROR = 1002;
  static final int INVALID_DATA = 1007;
  static final int TOO_LARGE = 1009;

  private final int closeCode;

  private FrameException(int closeCode, String message) {
    super(message);
    this.closeCode = closeCode;
  }

  /** A frame that must not be, or not there. */
  static FrameException protocol(String message) {
    return new FrameException(PROTOCOL_ERROR, message);
  }

  /** Bytes that are not what they should be: no UTF-8, no deflate stream. */
  static FrameException invalidData(String message) {
    return new FrameException(INVALID_DATA, message);
  }

  /** More than the limit. */
  static FrameException tooLarge(String message) {
    return new FrameException(TOO_LARGE, message);
  }

  /** What to tell the server, by RFC 6455 7.4.1: 1002, 1007 or 1009. */
  int closeCode() {
    return closeCode;
  }

  /**
   * What to tell the subscription: a limit, or the code as if the server had closed with it.
   *
   * @param endpoint whose frame it was, as messages may show it
   */
  TransportException toTransportException(String endpoint) {
    String message = getMessage() + " from " + endpoint;
    return closeCode == TOO_LARGE
        ? new TransportException(Reason.LIMIT, message, this)
        : new TransportException(Reason.CLOSE_CODE, closeCode, message, null);
  }
}
