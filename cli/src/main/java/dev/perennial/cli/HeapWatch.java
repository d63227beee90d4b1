package dev.perennial.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.locks.ReentrantLock;

/** How much of the heap is in use after a collection, at some points of a run. */
final class HeapWatch {
  /** What may come and go without anything being kept. */
  private static final long NOISE_BYTES = 2 * 1024 * 1024;

  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private long first = -1; // negative before the first look
  private long last;
  private long least = Long.MAX_VALUE;
  private long most;

  /** Collects garbage and looks. */
  void look() {
    memory.gc();
    long used = memory.getHeapMemoryUsage().getUsed();
    lock.lock();
    try {
      first = first < 0 ? used : first;
      last = used;
      least = Math.min(least, used);
      most = Math.max(most, used);
    } finally {
      lock.unlock();
    }
  }

  /** In words; what is kept is judged from the first look to the last. */
  String report() {
    lock.lock();
    try {
      if (first < 0) {
        return "not looked at";
      }
      String range = Words.mebibytes(least) + " to " + Words.mebibytes(most) + " after collections";
      long grown = last - first;
      return range + (grown <= NOISE_BYTES ? ", flat" : ", grown by " + Words.mebibytes(grown));
    } finally {
      lock.unlock();
    }
  }
}
