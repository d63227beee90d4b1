package dev.perennial.websocket;

import java.io.Closeable;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Inflates the messages of a server by permessage-deflate (RFC 7692 7.2.2), as their bytes come. A
 * few bytes on the wire can stand for very many, so there is a bound beside the message's own. It
 * belongs to the thread that reads.
 */
final class MessageInflater implements Closeable {
  /** So many bytes of a message may come from as few as they like. */
  static final long FREE_BYTES = 1024 * 1024;

  static final int MAX_RATIO = 100;

  /**
   * What the sender took off the message (RFC 7692 7.2.1), and empty blocks behind it. A message
   * that was whole lets them pass without a trace. One that was cut short misreads them, which
   * shows all but always; the many are for a cut within a table of codes, which swallows a few.
   */
  private static final byte[] TAIL = tail(/* emptyBlocks= */ 32);

  private static final int CHUNK_BYTES = 8 * 1024;

  /** The largest window, 15 bits, reads what any smaller one has written (RFC 7692 7.1.2.1). */
  private final Inflater inflater = new Inflater(/* nowrap= */ true);

  private final boolean isContextKept;
  private final byte[] deflated = new byte[CHUNK_BYTES];
  private final byte[] inflated = new byte[CHUNK_BYTES];

  // Of the message in work.
  private long wireBytes;
  private long inflatedBytes;

  MessageInflater(Extensions agreed) {
    this.isContextKept = !agreed.isServerNoContextTakeover();
  }

  /** Takes {@code byteCount} bytes from {@code in}, waiting for them, and inflates them. */
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
        // RFC 7692 7.2.3.4: a block with BFINAL may be followed by others. No compressor that is
        // known refers back over it, so the window need not survive.
        int rest = inflater.getRemaining();
        inflater.reset();
        inflater.setInput(deflated, length - rest, rest);
      } else {
        return;
      }
    }
  }

  /** The message's last byte was taken. */
  void end() throws FrameException {
    if (inflater.finished()) {
      inflater.reset();
    }
    inflater.setInput(TAIL);
    if (inflateChunk() > 0 || inflater.finished() || inflater.getRemaining() > 0) {
      throw FrameException.invalidData("Expected a whole deflate stream but was one cut short");
    }
    wireBytes = 0;
    inflatedBytes = 0;
    if (!isContextKept) {
      inflater.reset();
    }
  }

  /** Frees the memory outside of the heap, when nothing is inflated any more. Idempotent. */
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
      throw FrameException.invalidData(
          "Expected a valid deflate stream but was one with " + e.getMessage());
    }
  }

  /** Also what inflates to nothing must end. */
  private void checkWire(long more, int maxMessageBytes) throws FrameException {
    long max = maxWireBytes(maxMessageBytes);
    if (more > max - wireBytes) {
      // A sum above 2^63 - 1 is negative.
      long atLeast = Math.max(more, wireBytes + more);
      throw FrameException.tooLarge(
          "Expected a compressed message of at most "
              + max
              + " bytes on the wire (by maxEventBytes) but was at least "
              + atLeast);
    }
  }

  /** What a compressor may make of so many bytes that it cannot compress. */
  static long maxWireBytes(int messageBytes) {
    return 64L + messageBytes + messageBytes / 8;
  }

  private void checkRatio() throws FrameException {
    long takenBytes = wireBytes - inflater.getRemaining();
    if (inflatedBytes > FREE_BYTES && inflatedBytes > MAX_RATIO * takenBytes) {
      throw FrameException.tooLarge(
          "Expected at most "
              + MAX_RATIO
              + " times the bytes of the wire when inflated but was at least "
              + inflatedBytes
              + " bytes from "
              + takenBytes);
    }
  }
}
