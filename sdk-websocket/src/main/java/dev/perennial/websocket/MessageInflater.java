package dev.perennial.websocket;

import dev.perennial.http.internal.message.InflationLimit;
import java.io.Closeable;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Inflates the messages of a server (permessage-deflate: RFC 7692, 7.2.2) as their bytes come. Few
 * bytes on the wire can inflate to very many, so their ratio is limited, besides the size of the
 * message. Used by the reader thread only.
 */
final class MessageInflater implements Closeable {
  /**
   * The four bytes that the sender removed from the message (RFC 7692, 7.2.1), and empty blocks
   * after them. If the message is whole they inflate to nothing. If it was cut short they are
   * misread, which almost always fails. There are many because a cut within a Huffman table
   * swallows a few of them.
   */
  private static final byte[] TAIL = tail(/* emptyBlocks= */ 32);

  private static final int CHUNK_BYTES = 8 * 1024;

  /** Uses a window of 15 bits, the largest, which reads all smaller ones (RFC 7692, 7.1.2.1). */
  private final Inflater inflater = new Inflater(/* nowrap= */ true);

  /** Whether a message may refer back to the ones before it. */
  private final boolean isContextKept;

  private final byte[] deflated = new byte[CHUNK_BYTES];
  private final byte[] inflated = new byte[CHUNK_BYTES];

  // Of the current message.
  private long wireBytes;
  private long inflatedBytes;

  MessageInflater(Extensions agreed) {
    this.isContextKept = !agreed.isServerNoContextTakeover();
  }

  /** Inflates {@code byteCount} bytes of {@code in}, waiting for them. */
  void inflate(BufferedSource in, long byteCount, MessageBuffer to) throws IOException {
    checkWire(byteCount, to.maxBytes());
    long remaining = byteCount;
    while (remaining > 0) {
      int count = in.read(deflated, 0, (int) Math.min(remaining, CHUNK_BYTES));
      if (count == -1) {
        throw FrameHeader.endOfConnection();
      }
      remaining -= count;
      wireBytes += count;
      inflate(count, to);
    }
  }

  private void inflate(int length, MessageBuffer to) throws FrameException {
    inflater.setInput(deflated, 0, length);
    while (true) {
      int count = inflateChunk();
      if (count > 0) {
        inflatedBytes += count;
        checkRatio();
        to.write(inflated, count);
      } else if (inflater.finished() && inflater.getRemaining() > 0) {
        // RFC 7692, 7.2.3.4: a block with BFINAL may be followed by others. No known compressor
        // refers back across it, so the window need not survive.
        int rest = inflater.getRemaining();
        inflater.reset();
        inflater.setInput(deflated, length - rest, rest);
      } else {
        return;
      }
    }
  }

  /** Ends a message, all of whose bytes were inflated, and checks that it is whole. */
  void endMessage() throws FrameException {
    if (inflater.finished()) {
      inflater.reset();
    }
    inflater.setInput(TAIL);
    if (inflateChunk() > 0 || inflater.finished() || inflater.getRemaining() > 0) {
      throw FrameException.invalidData("Expected a whole deflate stream but was cut short");
    }
    wireBytes = 0;
    inflatedBytes = 0;
    if (!isContextKept) {
      inflater.reset();
    }
  }

  /** Frees native memory. Must not be called while inflating. Idempotent. */
  @Override
  public void close() {
    inflater.end();
  }

  private static byte[] tail(int emptyBlocks) {
    Buffer tail = new Buffer().writeInt(0x0000ffff);
    for (int i = 0; i < emptyBlocks; i++) {
      tail.writeByte(0).writeInt(0x0000ffff);
    }
    return tail.readByteArray();
  }

  private int inflateChunk() throws FrameException {
    try {
      return inflater.inflate(inflated);
    } catch (DataFormatException e) {
      throw FrameException.invalidData("Expected a valid deflate stream but had " + e.getMessage());
    }
  }

  /** Limits compressed bytes too, since they may inflate to nothing. */
  private void checkWire(long more, int maxMessageBytes) throws FrameException {
    long max = maxWireBytes(maxMessageBytes);
    if (more > max - wireBytes) {
      // A sum above 2^63 - 1 is negative.
      long atLeast = Math.max(more, wireBytes + more);
      throw FrameException.tooLarge(
          "Expected a compressed message of at most "
              + max
              + " bytes on the wire (from maxEventBytes) but was at least "
              + atLeast);
    }
  }

  /** An upper bound for the size of a message that cannot be compressed. */
  static long maxWireBytes(int messageBytes) {
    return 64L + messageBytes + messageBytes / 8;
  }

  private void checkRatio() throws FrameException {
    long takenBytes = wireBytes - inflater.getRemaining();
    if (InflationLimit.isExceeded(inflatedBytes, takenBytes)) {
      throw FrameException.tooLarge(InflationLimit.describe(inflatedBytes, takenBytes));
    }
  }
}
