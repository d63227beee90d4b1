package dev.perennial.websocket;

import java.io.IOException;
import java.util.Random;
import okio.BufferedSink;

/**
 * Writes frames as a client must: each one masked with a fresh key (RFC 6455, 5.3), its length in
 * the shortest encoding, and flushed. Messages are neither compressed nor fragmented. Not
 * thread-safe.
 */
final class FrameWriter {
  /** A multiple of the key's four bytes, so that each chunk begins with the key's first byte. */
  private static final int CHUNK_BYTES = 8 * 1024;

  private final BufferedSink out;
  private final Random random;
  private final byte[] key = new byte[Integer.BYTES];
  private final byte[] chunk = new byte[CHUNK_BYTES];

  /**
   * A writer for a connection whose handshake is done.
   *
   * @param out closed by {@link #closeSink} only
   * @param random makes the masking keys, which must be unpredictable (RFC 6455, 10.3): a
   *     SecureRandom, except in tests
   */
  FrameWriter(BufferedSink out, Random random) {
    this.out = out;
    this.random = random;
  }

  /** Writes a message as one frame. Does not change its bytes. */
  void message(Message message) throws IOException {
    frame(
        message.isBinary() ? FrameHeader.OPCODE_BINARY : FrameHeader.OPCODE_TEXT, message.array());
  }

  /**
   * Writes a ping.
   *
   * @param payload at most 125 bytes
   */
  void ping(byte[] payload) throws IOException {
    control(FrameHeader.OPCODE_PING, payload);
  }

  /**
   * Writes a pong.
   *
   * @param payload that of the ping; at most 125 bytes
   */
  void pong(byte[] payload) throws IOException {
    control(FrameHeader.OPCODE_PONG, payload);
  }

  /** Writes a close frame, after which nothing may be written (RFC 6455, 5.5.1). */
  void close(CloseFrame close) throws IOException {
    control(FrameHeader.OPCODE_CLOSE, close.toBytes());
  }

  /** Closes the sink. Nothing may be written any more. */
  void closeSink() throws IOException {
    out.close();
  }

  private void control(int opcode, byte[] payload) throws IOException {
    requireControlPayload(payload);
    frame(opcode, payload);
  }

  /** RFC 6455, 5.5. */
  static void requireControlPayload(byte[] payload) {
    if (payload.length > FrameHeader.MAX_CONTROL_BYTES) {
      throw new IllegalArgumentException(
          "payload must have at most "
              + FrameHeader.MAX_CONTROL_BYTES
              + " bytes but had "
              + payload.length);
    }
  }

  private void frame(int opcode, byte[] payload) throws IOException {
    out.writeByte(FrameHeader.FIN | opcode);
    length(payload.length);
    int newKey = random.nextInt();
    out.writeInt(newKey);
    masked(payload, newKey);
    out.flush();
  }

  private void length(int length) throws IOException {
    if (length <= FrameHeader.MAX_CONTROL_BYTES) {
      out.writeByte(FrameHeader.MASK | length);
    } else if (length <= FrameHeader.MAX_LENGTH_IN_2_BYTES) {
      out.writeByte(FrameHeader.MASK | FrameHeader.LENGTH_IN_2_BYTES);
      out.writeShort(length);
    } else {
      out.writeByte(FrameHeader.MASK | FrameHeader.LENGTH_IN_8_BYTES);
      out.writeLong(length);
    }
  }

  private void masked(byte[] payload, int newKey) throws IOException {
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (newKey >> (24 - 8 * i));
    }
    for (int from = 0; from < payload.length; from += CHUNK_BYTES) {
      int count = Math.min(payload.length - from, CHUNK_BYTES);
      for (int i = 0; i < count; i++) {
        chunk[i] = (byte) (payload[from + i] ^ key[i & 3]);
      }
      out.write(chunk, 0, count);
    }
  }
}
