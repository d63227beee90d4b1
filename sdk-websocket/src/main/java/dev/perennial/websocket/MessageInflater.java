package dev.perennial.websocket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Inflates the messages of a server (permessage-deflate: RFC 7692, 7.2.2) as their bytes come.
 * Tolerates what other clients tolerate, see {@link #endMessage}. Few bytes on the wire can inflate
 * to very many, so they have a budget, besides the size of the message. Used by the reader thread
 * only.
 */
final class MessageInflater implements Closeable {
  /** What the sender has to remove from the end of a message (RFC 7692, 7.2.1). */
  private static final int TAIL = 0x0000ffff;

  private static final int TAIL_BYTES = Integer.BYTES;

  /**
   * The tail, and empty blocks after it. If the message is whole they inflate to nothing. If it was
   * cut short they are misread, which almost always fails. There are many because a cut within a
   * Huffman table swallows a few of them.
   */
  private static final byte[] END = end(/* emptyBlocks= */ 32);

  private static final int CHUNK_BYTES = 8 * 1024;

  /** Uses a window of 15 bits, the largest, which reads all smaller ones (RFC 7692, 7.1.2.1). */
  private final Inflater inflater = new Inflater(/* nowrap= */ true);

  /** Whether a message may refer back to the ones before it. */
  private final boolean isContextKept;

  private final InflationBudget budget;

  /** Begins with the bytes that are held back, which may be the tail. */
  private final byte[] deflated = new byte[TAIL_BYTES + CHUNK_BYTES];

  private final byte[] inflated = new byte[CHUNK_BYTES];

  // Of the current message.
  private long wireBytes;
  private int heldBytes;

  MessageInflater(Extensions agreed, InflationBudget budget) {
    this.isContextKept = !agreed.isServerNoContextTakeover();
    this.budget = budget;
  }

  /** Inflates {@code byteCount} bytes of {@code in}, except the last few, waiting for them. */
  void inflate(BufferedSource in, long byteCount, MessageBuffer to) throws IOException {
    checkWire(byteCount, to.maxBytes());
    long remaining = byteCount;
    while (remaining > 0) {
      int count = in.read(deflated, heldBytes, (int) Math.min(remaining, CHUNK_BYTES));
      if (count == -1) {
        throw FrameHeader.endOfConnection();
      }
      remaining -= count;
      wireBytes += count;
      budget.earn(count);
      int available = heldBytes + count;
      heldBytes = Math.min(available, TAIL_BYTES);
      inflate(available - heldBytes, to);
      System.arraycopy(deflated, available - heldBytes, deflated, 0, heldBytes);
    }
  }

  private void inflate(int length, MessageBuffer to) throws FrameException {
    inflater.setInput(deflated, 0, length);
    while (true) {
      int count = inflateChunk();
      if (count > 0) {
        budget.spend(count);
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

  /**
   * Ends a message, all of whose bytes were given, and checks that it is whole.
   *
   * <p>By the RFC a message ends before the tail of an empty block. Other clients also take, and so
   * does this one, a message that ends
   *
   * <ul>
   *   <li>after that tail, which the sender forgot to remove;
   *   <li>with a block that has BFINAL, and nothing after it;
   *   <li>before it began: no byte at all is an empty message.
   * </ul>
   */
  void endMessage(MessageBuffer to) throws FrameException {
    boolean hasTail = heldBytes == TAIL_BYTES && ByteBuffer.wrap(deflated).getInt() == TAIL;
    boolean isEmpty = wireBytes == (hasTail ? TAIL_BYTES : 0);
    if (!isEmpty) {
      takeHeld(hasTail, to);
    }
    wireBytes = 0;
    heldBytes = 0;
    if (!isContextKept) {
      inflater.reset();
    }
  }

  private void takeHeld(boolean hasTail, MessageBuffer to) throws FrameException {
    boolean isOver = hasTail && inflater.finished(); // A tail after a block with BFINAL.
    if (!isOver) {
      inflate(heldBytes, to);
    }
    if (inflater.finished()) {
      inflater.reset();
      return;
    }
    int from = hasTail ? TAIL_BYTES : 0;
    inflater.setInput(END, from, END.length - from);
    if (inflateChunk() > 0 || inflater.finished() || inflater.getRemaining() > 0) {
      throw FrameException.invalidData("Expected a whole deflate stream but was cut short");
    }
  }

  /** Frees native memory. Must not be called while inflating. Idempotent. */
  @Override
  public void close() {
    inflater.end();
  }

  private static byte[] end(int emptyBlocks) {
    Buffer end = new Buffer().writeInt(TAIL);
    for (int i = 0; i < emptyBlocks; i++) {
      end.writeByte(0).writeInt(TAIL);
    }
    return end.readByteArray();
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
}
