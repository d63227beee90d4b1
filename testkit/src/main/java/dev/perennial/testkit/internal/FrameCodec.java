package dev.perennial.testkit.internal;

import java.io.ByteArrayOutputStream;

/** Encodes the frames of RFC 6455, allowed or not. */
public final class FrameCodec {
  /** The bit of the first byte that marks the last frame of a message. */
  public static final int FIN_BIT = 0x80;

  private static final int MASK_BIT = 0x80;
  private static final int LARGEST_IN_ONE_BYTE = 125;
  private static final int TWO_BYTES_FOLLOW = 126;
  private static final int EIGHT_BYTES_FOLLOW = 127;
  private static final int LARGEST_IN_TWO_BYTES = 0xffff;

  private FrameCodec() {}

  /** Adds a final frame without a mask. */
  public static void add(ByteBuilder out, int opcode, ByteBuilder payload) {
    out.add(head(FIN_BIT | opcode, payload.size()));
    out.add(payload);
  }

  /** Encodes a frame as a server sends it, without a mask. */
  public static byte[] encode(int firstByte, byte[] payload) {
    return concatenated(head(firstByte, payload.length), payload);
  }

  /** Encodes a frame as a client sends it, with a mask. */
  public static byte[] encodeMasked(int firstByte, byte[] payload, int key) {
    byte[] mask = {(byte) (key >>> 24), (byte) (key >>> 16), (byte) (key >>> 8), (byte) key};
    byte[] masked = payload.clone();
    mask(masked, mask);
    byte[] head = head(firstByte, payload.length);
    head[1] |= (byte) MASK_BIT;
    return concatenated(head, mask, masked);
  }

  /** Masks or unmasks in place (RFC 6455 5.3). */
  public static void mask(byte[] payload, byte[] mask) {
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
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

  private static byte[] concatenated(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
