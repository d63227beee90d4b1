package dev.perennial.websocket;

import java.io.IOException;
import java.util.Random;
import okio.BufferedSink;

/**
 * Writes frames as a client must: each one masked with a fresh key (RFC 6455, 5.3), its length in
 * the shortest encoding, and flushed. Messages are not compressed. Not thread-safe.
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

  /**
   * Writes a part of a message as one frame (RFC 6455, 5.4). The caller writes all parts of a
   * message in order, and no other message between them. Does not change the message's bytes.
   *
   * @param from where the part begins; 0 for the first one
   * @param count how many bytes it has; all of the message if it is not fragmented
   */
  void message(Message message, int from, int count) throws IOException {
    int opcode = message.isBinary() ? FrameHeader.OPCODE_BINARY : FrameHeader.OPCODE_TEXT;
    int firstByte = from == 0 ? opcode : FrameHeader.OPCODE_CONTINUATION;
    if (from + count == message.length()) {
      firstByte |= FrameHeader.FIN;
    }
    frame(firstByte, message.array(), from, count);
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
    frame(FrameHeader.FIN | opcode, payload, 0, payload.length);
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

  private void frame(int firstByte, byte[] array, int from, int count) throws IOException {
    out.writeByte(firstByte);
    length(count);
    int newKey = random.nextInt();
    out.writeInt(newKey);
    masked(array, from, count, newKey);
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

  private void masked(byte[] array, int from, int count, int newKey) throws IOException {
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (newKey >> (24 - 8 * i));
    }
    for (int done = 0; done < count; done += CHUNK_BYTES) {
      int length = Math.min(count - done, CHUNK_BYTES);
      for (int i = 0; i < length; i++) {
        chunk[i] = (byte) (array[from + done + i] ^ key[i & 3]);
      }
      out.write(chunk, 0, length);
    }
  }
}
