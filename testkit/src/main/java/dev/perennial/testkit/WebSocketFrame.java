package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.testkit.internal.FrameCodec;
import dev.perennial.testkit.internal.Settings;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A frame of RFC 6455, allowed or not: any opcode, any reserved bits, any payload. Immutable, and
 * equal to a frame with the same bits and payload.
 *
 * <pre>{@code
 * var first = WebSocketFrame.text("hel").unfinished();
 * var last = WebSocketFrame.of(WebSocketFrame.CONTINUATION, "lo".getBytes(UTF_8));
 * var forbiddenTwice = WebSocketFrame.ping("x".repeat(200)).withRsv(4);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class WebSocketFrame {

  /** The opcode of a message's fragments after the first. */
  public static final int CONTINUATION = 0x0;

  /** The opcode of a text message or its first fragment. */
  public static final int TEXT = 0x1;

  /** The opcode of a binary message or its first fragment. */
  public static final int BINARY = 0x2;

  /** The opcode of a close frame. */
  public static final int CLOSE = 0x8;

  /** The opcode of a ping. */
  public static final int PING = 0x9;

  /** The opcode of a pong. */
  public static final int PONG = 0xa;

  /** What {@link #closeCode} is when the frame has none (RFC 6455 7.4.1). */
  public static final int NO_CODE = 1005;

  private final int firstByte; // FIN, three reserved bits, four of opcode
  private final byte[] payload;

  private WebSocketFrame(int firstByte, byte[] payload) {
    this.firstByte = firstByte;
    this.payload = payload;
  }

  /**
   * Returns a final frame.
   *
   * @param opcode from 0 to 15
   */
  public static WebSocketFrame of(int opcode, byte[] payload) {
    Settings.requireBetween("opcode", opcode, 0, 15);
    return new WebSocketFrame(FrameCodec.FIN_BIT | opcode, payload.clone());
  }

  /** Returns a text message in one frame. */
  public static WebSocketFrame text(String text) {
    return of(TEXT, text.getBytes(UTF_8));
  }

  /** Returns a binary message in one frame. */
  public static WebSocketFrame binary(byte[] payload) {
    return of(BINARY, payload);
  }

  /** Returns a ping with a payload of text. */
  public static WebSocketFrame ping(String payload) {
    return of(PING, payload.getBytes(UTF_8));
  }

  /** Returns a pong with a payload of text. */
  public static WebSocketFrame pong(String payload) {
    return of(PONG, payload.getBytes(UTF_8));
  }

  /**
   * Returns a close frame.
   *
   * @param code from 0 to 65,535, whether or not it may be sent
   * @param reason the reason, of any length
   */
  public static WebSocketFrame close(int code, String reason) {
    Settings.requireBetween("code", code, 0, 0xffff);
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.write(code >>> 8);
    payload.write(code);
    payload.writeBytes(reason.getBytes(UTF_8));
    return new WebSocketFrame(FrameCodec.FIN_BIT | CLOSE, payload.toByteArray());
  }

  /** Returns a close frame without a code. */
  public static WebSocketFrame close() {
    return of(CLOSE, new byte[0]);
  }

  /** Returns the same frame without the bit that marks the last one of a message. */
  public WebSocketFrame unfinished() {
    return new WebSocketFrame(firstByte & ~FrameCodec.FIN_BIT, payload);
  }

  /**
   * Returns the same frame with other reserved bits.
   *
   * @param bits from 0 to 7; 4 is RSV1, which means a compressed message
   */
  public WebSocketFrame withRsv(int bits) {
    Settings.requireBetween("withRsv", bits, 0, 7);
    return new WebSocketFrame((firstByte & 0x8f) | bits << 4, payload);
  }

  /** Returns the opcode, from 0 to 15. */
  public int opcode() {
    return firstByte & 0xf;
  }

  /** Returns the reserved bits, from 0 to 7. */
  public int rsv() {
    return (firstByte >>> 4) & 7;
  }

  /** Returns whether it is the last of its message. */
  public boolean isFinal() {
    return (firstByte & FrameCodec.FIN_BIT) != 0;
  }

  /** Returns a copy of the payload. */
  public byte[] payload() {
    return payload.clone();
  }

  /** Returns the payload decoded as UTF-8, with U+FFFD for what is malformed. */
  public String text() {
    return new String(payload, UTF_8);
  }

  /** Returns the code of a close frame, or {@link #NO_CODE}. */
  public int closeCode() {
    return payload.length < 2 ? NO_CODE : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
  }

  /** Returns the reason of a close frame; empty when there is none. */
  public String closeReason() {
    return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, UTF_8);
  }

  /** Returns the bytes as a server sends them. */
  public byte[] encoded() {
    return FrameCodec.encode(firstByte, payload);
  }

  /** Returns the bytes as a client sends them, and as a server must not. */
  public byte[] encodedMasked(int key) {
    return FrameCodec.encodeMasked(firstByte, payload, key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WebSocketFrame that
        && firstByte == that.firstByte
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * firstByte + Arrays.hashCode(payload);
  }

  /** Describes the frame, so that unequal frames differ as far as possible. */
  @Override
  public String toString() {
    String end = (isFinal() ? "" : ", unfinished") + (rsv() == 0 ? "" : ", rsv " + rsv());
    String content =
        opcode() == CLOSE && payload.length >= 2
            ? closeCode() + " " + closeReason()
            : payload.length + " bytes " + text();
    return "frame " + opcode() + end + ": " + content;
  }
}
