package dev.perennial.internal.time;

import dev.perennial.spi.Timekeeper;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * The system's monotonic clock, and one timer thread, which is there only while something is
 * scheduled.
 */
public final class SystemTimekeeper implements Timekeeper {
  private static final long IDLE_THREAD_MILLIS = 200;

  private final ScheduledThreadPoolExecutor timer;

  public SystemTimekeeper() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "perennial-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_THREAD_MILLIS, TimeUnit.MILLISECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // The caller loops, as the contract says.
  public boolean await(Condition condition, long nanos) throws InterruptedException {
    if (nanos == Long.MAX_VALUE) {
      condition.await();
      return true;
    }
    return condition.awaitNanos(nanos) > 0;
  }

  @Override
  public Timer schedule(Runnable task, long nanos) {
    ScheduledFuture<?> scheduled = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }
}
