package dev.perennial.testkit.internal.proxy;

import java.util.ArrayDeque;
import java.util.Deque;

/** Delays chunks of bytes: each is due a latency after it arrived. Used by one thread. */
final class DelayLine {

  /** The line takes no more than this many bytes, like a real one whose buffers are full. */
  private static final int CAPACITY_BYTES = 4 * 1024 * 1024;

  private final Deque<Chunk> chunks = new ArrayDeque<>();
  private long bytes;

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  boolean isFull() {
    return bytes >= CAPACITY_BYTES;
  }

  void add(byte[] content, long arrivedNanos) {
    chunks.add(new Chunk(content, arrivedNanos));
    bytes += content.length;
  }

  /**
   * Returns how long the first chunk has still to wait; zero when it is due. The line is not empty.
   */
  long nanosUntilDue(long latencyNanos, long nowNanos) {
    return Math.max(0, latencyNanos - (nowNanos - chunks.getFirst().arrivedNanos));
  }

  byte[] takeFirst() {
    Chunk first = chunks.removeFirst();
    bytes -= first.content.length;
    return first.content;
  }

  private static final class Chunk {
    final byte[] content;
    final long arrivedNanos;

    Chunk(byte[] content, long arrivedNanos) {
      this.content = content;
      this.arrivedNanos = arrivedNanos;
    }
  }
}
