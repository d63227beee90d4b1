package dev.perennial.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What became of each event: it was delivered, or a snapshot covered it after a reported gap. Uses
 * no counter of the library. Thread-safe.
 */
final class TortureAudit {

  /**
   * The counts so far.
   *
   * @param delivered events that the consumer received, each as often as it came
   * @param highest the largest number received, or covered by a snapshot; 0 before the first event
   * @param covered events that were not delivered, but are part of a snapshot
   * @param repeated events that the server replayed to a subscription that knew only its cursor
   * @param duplicated other events that were received again although no snapshot covers them
   * @param outOfOrder events that no snapshot covers and that were received after a later one
   * @param damaged events that were not as published
   * @param gaps gaps that were reported
   */
  record Counts(
      long delivered,
      long highest,
      long covered,
      long repeated,
      long duplicated,
      long outOfOrder,
      long damaged,
      long gaps) {}

  private final DemoTransport transport;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final BitSet received = new BitSet();

  @GuardedBy("lock")
  private final BitSet covered = new BitSet();

  @GuardedBy("lock")
  private final BitSet replayable = new BitSet();

  @GuardedBy("lock")
  private long delivered;

  @GuardedBy("lock")
  private long highestReceived;

  @GuardedBy("lock")
  private long repeated;

  @GuardedBy("lock")
  private long duplicated;

  @GuardedBy("lock")
  private long outOfOrder;

  @GuardedBy("lock")
  private long damaged;

  @GuardedBy("lock")
  private long gaps;

  private volatile long slowNanos;

  TortureAudit(DemoTransport transport) {
    this.transport = transport;
  }

  /** Makes the consumer take this long for its next event. */
  void slowDown(long nanos) {
    slowNanos = nanos;
  }

  void accept(Event<String> event) {
    long nanos = slowNanos;
    if (nanos > 0) {
      slowNanos = 0;
      LockSupport.parkNanos(nanos);
    }
    long number = numberOf(event);
    lock.lock();
    try {
      delivered++;
      if (number < 1 || number >= Integer.MAX_VALUE || !transport.isIntact(event, number)) {
        damaged++;
      } else if (!received.get((int) number)) {
        received.set((int) number);
        outOfOrder += number < highestReceived && !covered.get((int) number) ? 1 : 0;
        if (number > highestReceived) {
          highestReceived = number;
          replayable.clear();
        }
      } else if (replayable.get((int) number)) {
        replayable.clear((int) number);
        repeated++;
      } else if (!covered.get((int) number)) {
        duplicated++;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Another subscription starts at the stored cursor, and knows no other event. What the server
   * replays from before the cursor is new to it, and moves its position back; so each event may
   * come once more until one comes that no subscription has had.
   */
  void restarted() {
    lock.lock();
    try {
      replayable.set(1, (int) highestReceived + 1);
    } finally {
      lock.unlock();
    }
  }

  /** A gap was reported, and a snapshot has everything up to {@code last}, inclusive. */
  void snapshot(long last) {
    lock.lock();
    try {
      gaps++;
      int from = (int) highestReceived + 1;
      if (from <= last) {
        covered.set(from, (int) last + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  Counts counts() {
    lock.lock();
    try {
      BitSet only = (BitSet) covered.clone();
      only.andNot(received);
      return new Counts(
          delivered,
          Math.max(highestReceived, covered.length() - 1L),
          only.cardinality(),
          repeated,
          duplicated,
          outOfOrder,
          damaged,
          gaps);
    } finally {
      lock.unlock();
    }
  }

  /** The largest number received, or covered by a snapshot. */
  long highest() {
    lock.lock();
    try {
      return Math.max(highestReceived, covered.length() - 1L);
    } finally {
      lock.unlock();
    }
  }

  /** Counts the events up to {@code last}, inclusive, that neither came nor were covered. */
  long missingUpTo(long last) {
    lock.lock();
    try {
      BitSet all = (BitSet) received.clone();
      all.or(covered);
      return last - all.get(1, (int) last + 1).cardinality();
    } finally {
      lock.unlock();
    }
  }

  private static long numberOf(Event<String> event) {
    try {
      return Long.parseLong(Objects.requireNonNullElse(event.id(), ""));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
