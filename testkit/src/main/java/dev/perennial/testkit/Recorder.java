package dev.perennial.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a server saw, in order: all of it at any time, or one after the other as it comes. */
final class Recorder<T> {

  // Final.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // Guarded by lock.
  private final List<T> records = new ArrayList<>();
  private int taken;

  void add(T record) {
    lock.lock();
    try {
      records.add(record);
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<T> all() {
    lock.lock();
    try {
      return List.copyOf(records);
    } finally {
      lock.unlock();
    }
  }

  T take(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      if (!RealTime.await(added, RealTime.nanosOf(limit), () -> taken < records.size())) {
        throw new AssertionError(
            "Expected a request within " + limit + " but none came after the first " + taken);
      }
      return records.get(taken++);
    } finally {
      lock.unlock();
    }
  }
}
