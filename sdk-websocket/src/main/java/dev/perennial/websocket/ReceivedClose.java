package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.http.Utf8Validator;

/**
 * A server's close frame. Whatever is wrong with it, the connection is over, and its code says more
 * about why than a rule that the frame breaks.
 *
 * @param code what the server sent, even if no endpoint may send it; {@link CloseFrame#NO_CODE}
 *     without a code
 * @param reason empty for none; what is no UTF-8 in it is replaced
 * @param answerCode the code to answer with: the same one, unless the frame breaks a rule
 */
record ReceivedClose(int code, String reason, int answerCode) {

  /** Parses the payload of a close frame, at most 125 bytes. */
  static ReceivedClose parse(byte[] payload) {
    if (payload.length < Short.BYTES) {
      int answer = payload.length == 0 ? CloseFrame.NO_CODE : FrameException.PROTOCOL_ERROR;
      return new ReceivedClose(CloseFrame.NO_CODE, "", answer);
    }
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    String reason = new String(payload, Short.BYTES, payload.length - Short.BYTES, UTF_8);
    return new ReceivedClose(code, reason, answerTo(code, payload));
  }

  private static int answerTo(int code, byte[] payload) {
    if (!CloseFrame.maySend(code)) {
      return FrameException.PROTOCOL_ERROR;
    }
    int malformed = new Utf8Validator().firstMalformed(payload, Short.BYTES, payload.length);
    return malformed < payload.length ? FrameException.INVALID_DATA : code;
  }

  /**
   * Whether the server merely closed: libraries send 1000, or no code, if the application does not
   * say why, and deploys look the same.
   */
  boolean isPlain() {
    return code == CloseFrame.NORMAL || code == CloseFrame.NO_CODE;
  }
}
