package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Does something at an interval, on the timer's thread, until it is stopped. */
final class KeepAlive {
  private final Timekeeper time;
  private final long intervalNanos;
  private final Runnable beat;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private boolean isStopped;

  /** Null before it was started. */
  private Timekeeper.@Nullable Timer next;

  KeepAlive(Timekeeper time, long intervalNanos, Runnable beat) {
    this.time = time;
    this.intervalNanos = intervalNanos;
    this.beat = beat;
  }

  /** Starts to wait for the first time. */
  void start() {
    lock.lock();
    try {
      if (!isStopped) {
        next = time.schedule(this::run, intervalNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    beat.run();
    start();
  }

  /** Stops for good. Any thread; idempotent. */
  void stop() {
    lock.lock();
    try {
      isStopped = true;
      if (next != null) {
        next.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
