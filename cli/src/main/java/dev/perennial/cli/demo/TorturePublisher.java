package dev.perennial.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.testkit.FakeEventLog;
import java.util.concurrent.locks.ReentrantLock;

/** Appends events to the log: steadily for one thread, and many at once for another. */
final class TorturePublisher {
  private final FakeEventLog log;
  private final long events;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private long published;

  TorturePublisher(FakeEventLog log, long events) {
    this.log = log;
    this.events = events;
  }

  /** Publishes up to this number of events, and no more than there are. */
  void publishUpTo(long number) {
    lock.lock();
    try {
      while (published < Math.min(number, events)) {
        published++;
        log.append(TickEvents.TYPE, TickEvents.data(published));
      }
    } finally {
      lock.unlock();
    }
  }

  void publishMore(int count) {
    lock.lock();
    try {
      publishUpTo(published + count);
    } finally {
      lock.unlock();
    }
  }

  boolean isDone() {
    lock.lock();
    try {
      return published == events;
    } finally {
      lock.unlock();
    }
  }
}
