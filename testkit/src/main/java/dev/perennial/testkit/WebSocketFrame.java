package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * One frame of RFC 6455, allowed or not: any opcode, any reserved bits, any payload. Immutable;
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

  private static final int FIN_BIT = 0x80;
  private static final int MASK_BIT = 0x80;
  private static final int LARGEST_IN_ONE_BYTE = 125;
  private static final int TWO_BYTES_FOLLOW = 126;
  private static final int EIGHT_BYTES_FOLLOW = 127;
  private static final int LARGEST_IN_TWO_BYTES = 0xffff;

  private final int firstByte; // FIN, three reserved bits, four of opcode
  private final byte[] payload;

  private WebSocketFrame(int firstByte, byte[] payload) {
    this.firstByte = firstByte;
    this.payload = payload;
  }

  static WebSocketFrame ofFirstByte(int firstByte, byte[] payload) {
    return new WebSocketFrame(firstByte, payload);
  }

  /**
   * A final frame.
   *
   * @param opcode from 0 to 15
   */
  public static WebSocketFrame of(int opcode, byte[] payload) {
    Settings.requireBetween("opcode", opcode, 0, 15);
    return new WebSocketFrame(FIN_BIT | opcode, payload.clone());
  }

  /** A text message in one frame. */
  public static WebSocketFrame text(String text) {
    return of(TEXT, text.getBytes(UTF_8));
  }

  /** A binary message in one frame. */
  public static WebSocketFrame binary(byte[] payload) {
    return of(BINARY, payload);
  }

  /** A ping with a payload of text. */
  public static WebSocketFrame ping(String payload) {
    return of(PING, payload.getBytes(UTF_8));
  }

  /** A pong with a payload of text. */
  public static WebSocketFrame pong(String payload) {
    return of(PONG, payload.getBytes(UTF_8));
  }

  /**
   * A close frame.
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
    return new WebSocketFrame(FIN_BIT | CLOSE, payload.toByteArray());
  }

  /** A close frame without a code. */
  public static WebSocketFrame close() {
    return of(CLOSE, new byte[0]);
  }

  /** The same frame without the bit that says that it is its message's last. */
  public WebSocketFrame unfinished() {
    return new WebSocketFrame(firstByte & ~FIN_BIT, payload);
  }

  /**
   * The same frame with other reserved bits.
   *
   * @param bits from 0 to 7; 4 is RSV1, which means a compressed message
   */
  public WebSocketFrame withRsv(int bits) {
    Settings.requireBetween("withRsv", bits, 0, 7);
    return new WebSocketFrame((firstByte & 0x8f) | bits << 4, payload);
  }

  /** The opcode, from 0 to 15. */
  public int opcode() {
    return firstByte & 0xf;
  }

  /** The reserved bits, from 0 to 7. */
  public int rsv() {
    return (firstByte >>> 4) & 7;
  }

  /** Whether it is the last of its message. */
  public boolean isFinal() {
    return (firstByte & FIN_BIT) != 0;
  }

  boolean isControl() {
    return opcode() >= CLOSE;
  }

  /** A copy of the payload. */
  public byte[] payload() {
    return payload.clone();
  }

  int size() {
    return payload.length;
  }

  /** The payload decoded as UTF-8, with U+FFFD for what is malformed. */
  public String text() {
    return new String(payload, UTF_8);
  }

  /** The code of a close frame, or {@link #NO_CODE}. */
  public int closeCode() {
    return payload.length < 2 ? NO_CODE : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
  }

  /** The reason of a close frame; empty when there is none. */
  public String closeReason() {
    return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, UTF_8);
  }

  /** The bytes as a server sends them. */
  public byte[] encoded() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head(firstByte, payload.length));
    bytes.writeBytes(payload);
    return bytes.toByteArray();
  }

  /** The bytes as a client sends them, and as a server must not. */
  public byte[] encodedMasked(int key) {
    byte[] head = head(firstByte, payload.length);
    head[1] |= (byte) MASK_BIT;
    byte[] mask = {(byte) (key >>> 24), (byte) (key >>> 16), (byte) (key >>> 8), (byte) key};
    byte[] masked = payload.clone();
    mask(masked, mask);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head);
    bytes.writeBytes(mask);
    bytes.writeBytes(masked);
    return bytes.toByteArray();
  }

  /** Masks or unmasks in place (RFC 6455 5.3). */
  static void mask(byte[] payload, byte[] mask) {
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
  }

  /** Adds a final, unmasked frame. */
  static void add(ByteBuilder out, int opcode, ByteBuilder payload) {
    out.add(head(FIN_BIT | opcode, payload.size()));
    out.add(payload);
  }

  private static byte[] head(int firstByte, int length) {
    int extended = length <= LARGEST_IN_ONE_BYTE ? 0 : length <= LARGEST_IN_TWO_BYTES ? 2 : 8;
    byte[] head = new byte[2 + extended];
    head[0] = (byte) firstByte;
    head[1] =
        switch (extended) {
          case 0 -> (byte) length;
          case 2 -> TWO_BYTES_FOLLOW;
          default -> EIGHT_BYTES_FOLLOW;
        };
    for (int i = 0; i < Math.min(extended, Integer.BYTES); i++) {
      head[head.length - 1 - i] = (byte) (length >>> (8 * i));
    }
    return head;
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

  /** What it is, in words that tell two unequal frames apart as far as possible. */
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
