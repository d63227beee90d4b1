package dev.perennial.http;

import java.io.IOException;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Holds the bytes of a body that were read and are still needed: one array, reused for the life of
 * a connection unless a large event made it large. It belongs to the thread that reads.
 *
 * <p>The bytes from {@link #start()} to {@link #end()} stay where they are, relative to the start,
 * until a {@link Framer} gives them up. Filling may move them within the array, or to another one;
 * so a framer keeps offsets relative to the start from one call to the next.
 *
 * @since 0.1.0
 */
public final class ReadBuffer {
  static final int INITIAL_BYTES = 16 * 1024;

  /** A larger array is given up when what is needed fits into a small one. */
  private static final int MAX_KEPT_BYTES = 256 * 1024;

  /** The largest array that every virtual machine can allocate. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private byte[] array = new byte[INITIAL_BYTES];
  private int start;
  private int end;

  /** How many bytes, the last that were read, are still in the source, too: 0 or 1. */
  private int left;

  ReadBuffer() {}

  /** Returns the array that holds the bytes. A framer may write between start and end. */
  public byte[] array() {
    return array;
  }

  /** Returns the index of the first byte that is still needed. */
  public int start() {
    return start;
  }

  /** Returns the index after the last byte that was read. */
  public int end() {
    return end;
  }

  /**
   * Returns the index of the first LF or CR from {@code from} on; {@link #end()} if there is none.
   */
  public int lineEnd(int from) {
    return LineScanner.lineEnd(array, from, end);
  }

  /** Returns the index of the first LF from {@code from} on; {@link #end()} if there is none. */
  public int lineFeed(int from) {
    return LineScanner.lineFeed(array, from, end);
  }

  /**
   * Gives up the byte order mark of UTF-8 that the bytes begin with, if there is one. Meant for the
   * start of a body.
   *
   * @return how many bytes were given up: 3, or 0 when there is no such mark; -1 when what came is
   *     the beginning of one, and the rest has to come first
   */
  public int skipByteOrderMark() {
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (start + i == end) {
        return -1;
      }
      if (array[start + i] != BYTE_ORDER_MARK[i]) {
        return 0;
      }
    }
    start += BYTE_ORDER_MARK.length;
    return BYTE_ORDER_MARK.length;
  }

  /**
   * Gives up the bytes before {@code newStart}, an index from {@link #start()} to {@link #end()}.
   */
  public void consume(int newStart) {
    if (newStart < start || newStart > end) {
      throw new IllegalArgumentException(
          "newStart must be from " + start + " to " + end + " but was " + newStart);
    }
    start = newStart;
  }

  /**
   * Gives up the bytes from index {@code from} to index {@code to} in the middle, and moves what
   * follows down. Meant for the moment before more bytes are asked for, when little follows.
   */
  public void discard(int from, int to) {
    if (from < start || to < from || to > end) {
      throw new IllegalArgumentException(
          "Expected a range within " + start + ".." + end + " but was " + from + ".." + to);
    }
    System.arraycopy(array, to, array, from, end - to);
    end -= to - from;
  }

  /**
   * Reads what has come, at least one byte; waits for it.
   *
   * @return how many bytes came; -1 at the end of the body
   */
  int fill(BufferedSource source) throws IOException {
    makeRoom();
    if (!source.request(left + 1)) {
      return -1;
    }
    Buffer available = source.getBuffer();
    available.skip(left);
    int count = (int) Math.min(available.size(), array.length - end);
    int last = end + count - 1;
    while (end < last) {
      end += available.read(array, end, last - end);
    }
    // The last byte is left in the source: into an empty buffer Okio moves a part of a segment by
    // sharing it, which keeps its 8 KiB from being reused; after a byte it copies.
    array[end++] = available.getByte(0);
    left = 1;
    return count;
  }

  /** Creates a buffer that holds these bytes, for tests of framers. */
  public static ReadBuffer of(byte[] bytes, int offset, int length) {
    ReadBuffer buffer = new ReadBuffer();
    buffer.append(bytes, offset, length);
    return buffer;
  }

  /** Appends bytes; moves and grows as a read does. */
  public void append(byte[] bytes, int offset, int length) {
    int from = offset;
    int to = offset + length;
    while (from < to) {
      makeRoom();
      int count = Math.min(to - from, array.length - end);
      System.arraycopy(bytes, from, array, end, count);
      end += count;
      from += count;
    }
  }

  private void makeRoom() {
    if (array.length > MAX_KEPT_BYTES && end - start <= INITIAL_BYTES / 2) {
      moveInto(new byte[INITIAL_BYTES]);
      return;
    }
    if (start == end) {
      start = 0;
      end = 0;
      return;
    }
    if (end < array.length) {
      return;
    }
    boolean hasRoom = end - start <= array.length / 2;
    moveInto(hasRoom ? array : new byte[largerThan(array.length)]);
  }

  private void moveInto(byte[] target) {
    int length = end - start;
    System.arraycopy(array, start, target, 0, length);
    array = target;
    start = 0;
    end = length;
  }

  private static int largerThan(int length) {
    if (length >= MAX_BYTES) {
      throw new OutOfMemoryError("Expected at most " + MAX_BYTES + " bytes to be needed at once");
    }
    return (int) Math.min(2L * length, MAX_BYTES);
  }
}
