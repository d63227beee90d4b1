package dev.perennial.testkit;

import dev.perennial.testkit.internal.RealTime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Waits with a limit. */
final class Bounded {

  /** Longer than anything in these tests takes on a busy machine. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private Bounded() {}

  static void await(String what, BooleanSupplier met) throws InterruptedException {
    if (!awaitFor(LIMIT, met)) {
      throw new AssertionError("Expected within " + LIMIT + ": " + what);
    }
  }

  /** Checks every few milliseconds. Returns false after the limit. */
  static boolean awaitFor(Duration limit, BooleanSupplier met) throws InterruptedException {
    ReentrantLock lock = new ReentrantLock();
    Condition never = lock.newCondition();
    long deadline = RealTime.nanoTime() + RealTime.nanosOf(limit);
    lock.lock();
    try {
      while (!met.getAsBoolean()) {
        if (deadline - RealTime.nanoTime() <= 0) {
          return false;
        }
        long unused = never.awaitNanos(2_000_000);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the names of the live threads of the server or proxy on this port. */
  static Set<String> threadsOf(String owner, int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("perennial-testkit-" + owner + "-" + port + "-"))
        .collect(Collectors.toSet());
  }

  static long millisSince(long startNanos) {
    return (RealTime.nanoTime() - startNanos) / 1_000_000;
  }
}
