package dev.perennial.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a connection's {@code close()} has to end: the calls and the waits that are going on, also
 * when they start only afterwards.
 */
final class Cancellation {

  /** Guards the list. What it holds is run with no lock held. */
  private final ReentrantLock lock = new ReentrantLock();

  private final List<Runnable> ends = new ArrayList<>();

  private volatile boolean isCancelled;

  boolean isCancelled() {
    return isCancelled;
  }

  /**
   * Runs {@code end} at the cancellation, by the thread that cancels; at once when that is past.
   */
  void onCancel(Runnable end) {
    lock.lock();
    try {
      if (!isCancelled) {
        ends.add(end);
        return;
      }
    } finally {
      lock.unlock();
    }
    end.run();
  }

  /** Takes back what {@link #onCancel} was told. */
  void forget(Runnable end) {
    lock.lock();
    try {
      ends.remove(end);
    } finally {
      lock.unlock();
    }
  }

  void cancel() {
    List<Runnable> now;
    lock.lock();
    try {
      isCancelled = true;
      now = new ArrayList<>(ends);
      ends.clear();
    } finally {
      lock.unlock();
    }
    now.forEach(Runnable::run);
  }
}
