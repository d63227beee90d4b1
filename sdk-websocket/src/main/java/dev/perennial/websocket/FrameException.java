package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;

/**
 * Thrown if the server broke a rule of RFC 6455 or exceeded a limit: the connection has to be
 * failed (RFC 6455, 7.1.7). The message says what was expected and what came, but shows no payload.
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

  /** A frame that is not allowed, or not allowed where it came. */
  static FrameException protocol(String message) {
    return new FrameException(PROTOCOL_ERROR, message);
  }

  /** Bytes that are not what they should be: malformed UTF-8, or a malformed deflate stream. */
  static FrameException invalidData(String message) {
    return new FrameException(INVALID_DATA, message);
  }

  /** A message above a limit. */
  static FrameException tooLarge(String message) {
    return new FrameException(TOO_LARGE, message);
  }

  /** The code to close the connection with: 1002, 1007 or 1009 (RFC 6455, 7.4.1). */
  int closeCode() {
    return closeCode;
  }

  /**
   * Returns the failure to report to the subscription: a limit, or the code as if the server had
   * closed with it.
   *
   * @param endpoint the URL to show in the message, without secrets
   */
  TransportException toTransportException(String endpoint) {
    String message = getMessage() + " from " + endpoint;
    return closeCode == TOO_LARGE
        ? new TransportException(Reason.LIMIT, message, this)
        : new TransportException(Reason.CLOSE_CODE, closeCode, message, null);
  }
}
