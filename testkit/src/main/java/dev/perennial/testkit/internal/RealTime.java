package dev.perennial.testkit.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The clock of the servers and the proxy. */
public final class RealTime {

  /** How long a {@code close()} waits for its threads to end. */
  static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  private RealTime() {}

  public static long nanoTime() {
    return System.nanoTime();
  }

  /** Returns the duration in nanoseconds, saturating. */
  public static long nanosOf(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  /** Waits for the end of a thread until the deadline, a value of {@link #nanoTime}. */
  static void joinUntil(Thread thread, long deadlineNanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadlineNanos - System.nanoTime()));
  }
}
