package dev.perennial.testkit.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps what a server saw, to be listed or taken one by one. */
public final class Recorder<T> {

  private final String noun;
  private final int kept;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // Guarded by lock.
  private final Deque<T> records = new ArrayDeque<>();

  // Guarded by lock.
  private final Deque<T> untaken = new ArrayDeque<>();

  // Guarded by lock.
  private long taken;

  // Guarded by lock.
  private long forgotten; // of those that were not taken

  /**
   * Keeps the last {@code kept} records.
   *
   * @param noun what a record is called in failures
   */
  public Recorder(String noun, int kept) {
    this.noun = noun;
    this.kept = kept;
  }

  public void add(T record) {
    lock.lock();
    try {
      records.add(record);
      untaken.add(record);
      if (records.size() > kept) {
        records.remove();
      }
      if (untaken.size() > kept) {
        untaken.remove();
        forgotten++;
      }
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public List<T> all() {
    lock.lock();
    try {
      return List.copyOf(records);
    } finally {
      lock.unlock();
    }
  }

  public T take(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long left = RealTime.nanosOf(limit);
      while (untaken.isEmpty() && left > 0) {
        left = added.awaitNanos(left);
      }
      if (untaken.isEmpty()) {
        throw new AssertionError(
            "Expected a " + noun + " within " + limit + " but none came after the first " + taken);
      }
      if (forgotten > 0) {
        throw new AssertionError(
            "Expected the next "
                + noun
                + " but "
                + forgotten
                + " were forgotten, since only the last "
                + kept
                + " are recorded");
      }
      taken++;
      return untaken.remove();
    } finally {
      lock.unlock();
    }
  }
}
