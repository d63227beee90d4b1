package dev.perennial.testkit.internal.proxy;

import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes on their way: each parcel is due a latency after it arrived. Used by one thread. */
final class DelayLine {

  /** Above this many bytes the line takes no more, as a real one with its buffers full. */
  private static final int CAPACITY_BYTES = 4 * 1024 * 1024;

  private final Deque<Parcel> parcels = new ArrayDeque<>();
  private long bytes;

  boolean isEmpty() {
    return parcels.isEmpty();
  }

  boolean isFull() {
    return bytes >= CAPACITY_BYTES;
  }

  void add(byte[] content, long arrivedNanos) {
    parcels.add(new Parcel(content, arrivedNanos));
    bytes += content.length;
  }

  /**
   * Returns how long the first parcel has still to wait; zero when it is due. The line is not
   * empty.
   */
  long nanosUntilDue(long latencyNanos, long nowNanos) {
    return Math.max(0, latencyNanos - (nowNanos - parcels.getFirst().arrivedNanos));
  }

  byte[] takeFirst() {
    Parcel first = parcels.removeFirst();
    bytes -= first.content.length;
    return first.content;
  }

  private static final class Parcel {
    final byte[] content;
    final long arrivedNanos;

    Parcel(byte[] content, long arrivedNanos) {
      this.content = content;
      this.arrivedNanos = arrivedNanos;
    }
  }
}
