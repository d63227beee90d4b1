package dev.perennial.testkit.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;

/** The one place where the servers and the proxy read the real clock and wait by it. */
public final class RealTime {

  /** How long a {@code close()} may take before it leaves threads that do not end to themselves. */
  static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  private RealTime() {}

  public static long nanoTime() {
    return System.nanoTime();
  }

  /** Returns the duration in nanoseconds, saturating. */
  public static long nanosOf(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  /**
   * Waits until {@code met} or until time is up, and says which: true when it was met. The caller
   * holds the lock of {@code changed}.
   */
  public static boolean await(Condition changed, long timeoutNanos, BooleanSupplier met)
      throws InterruptedException {
    long remaining = timeoutNanos;
    while (!met.getAsBoolean()) {
      if (remaining <= 0) {
        return false;
      }
      remaining = changed.awaitNanos(remaining);
    }
    return true;
  }

  /** Waits for the end of a thread until the deadline, a value of {@link #nanoTime}. */
  static void joinUntil(Thread thread, long deadlineNanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadlineNanos - System.nanoTime()));
  }
}
