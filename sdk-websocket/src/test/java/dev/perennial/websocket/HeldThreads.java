package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;

/**
 * Threads that run on the test's own thread, when the test says so, and a clock that moves only
 * while they wait.
 */
final class HeldThreads implements ThreadFactory, Timekeeper {

  /** What another thread does during a wait. */
  interface Action {
    void run() throws InterruptedException;
  }

  final ArrayDeque<Runnable> started = new ArrayDeque<>();

  /** What happens in the next waits, one per wait; after that, time passes. */
  final ArrayDeque<Action> whileWaiting = new ArrayDeque<>();

  private long elapsedNanos;

  /** Runs the threads that were started, until they end. */
  void run() {
    while (!started.isEmpty()) {
      started.remove().run();
    }
  }

  long elapsedNanos() {
    return elapsedNanos;
  }

  @Override
  public Thread newThread(Runnable task) {
    return new Thread(task) {
      @Override
      public void start() {
        started.add(task);
      }
    };
  }

  /** Overflows, to catch code that compares readings. */
  @Override
  public long nanoTime() {
    return Long.MAX_VALUE - 1 + elapsedNanos;
  }

  @Override
  public boolean await(Condition condition, long nanos) throws InterruptedException {
    if (whileWaiting.isEmpty()) {
      elapsedNanos += nanos;
      return false;
    }
    whileWaiting.remove().run();
    return true;
  }

  @Override
  public Timer schedule(Runnable task, long nanos) {
    throw new UnsupportedOperationException("Expected no timer");
  }
}
