package dev.perennial.internal.consumer;

import java.util.concurrent.atomic.AtomicLong;

/** The demand of a subscriber that is not used up. Thread-safe, lock-free. */
public final class Demand {
  private static final long UNBOUNDED = Long.MAX_VALUE; // Reactive Streams 3.17.

  private final AtomicLong requested = new AtomicLong();

  /** Adds demand; from {@link Long#MAX_VALUE} on it is unbounded. */
  public void add(long n) {
    long before;
    do {
      before = requested.get();
    } while (!requested.compareAndSet(before, saturatedSum(before, n)));
  }

  private static long saturatedSum(long a, long b) {
    return a > UNBOUNDED - b ? UNBOUNDED : a + b;
  }

  /** Takes up to {@code atMost}; 0 when there is none. */
  long take(long atMost) {
    long before;
    long taken;
    do {
      before = requested.get();
      taken = Math.min(before, atMost);
      if (before == UNBOUNDED || taken == 0) {
        return taken;
      }
    } while (!requested.compareAndSet(before, before - taken));
    return taken;
  }
}
