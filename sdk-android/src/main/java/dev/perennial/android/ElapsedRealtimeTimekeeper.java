package dev.perennial.android;

import android.os.SystemClock;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.Timekeeper;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that keeps running while the device sleeps: {@link SystemClock#elapsedRealtimeNanos()}.
 * Java's own clock stops in deep sleep, so after an hour of sleep a wait of 30 s would still have
 * most of its time left. With this clock, a wait or a timer that expired during sleep ends at most
 * 5 s after the device woke up. It never wakes the device.
 *
 * <p>Create one for the process and pass it to {@link StreamRuntime.Builder#timekeeper}.
 *
 * @since 0.1.0
 */
public final class ElapsedRealtimeTimekeeper implements Timekeeper {

  /** Threads' own time stops in deep sleep, so no single wait is longer than this. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long IDLE_THREAD_MILLIS = 200;

  private final LongSupplier clock;
  private final long longestWaitNanos;
  private final ScheduledThreadPoolExecutor timer;

  /** Starts no thread; its timer has one only while a task is scheduled. */
  public ElapsedRealtimeTimekeeper() {
    this(SystemClock::elapsedRealtimeNanos, LONGEST_WAIT_NANOS);
  }

  ElapsedRealtimeTimekeeper(LongSupplier clock, long longestWaitNanos) {
    this.clock = clock;
    this.longestWaitNanos = longestWaitNanos;
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
    return clock.getAsLong();
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // The caller loops, as the contract requires.
  public boolean await(Condition condition, long nanos) throws InterruptedException {
    if (nanos == Long.MAX_VALUE) {
      condition.await();
      return true;
    }
    long start = clock.getAsLong();
    condition.awaitNanos(Math.min(nanos, longestWaitNanos));
    return clock.getAsLong() - start < nanos;
  }

  @Override
  public Timer schedule(Runnable task, long nanos) {
    Pending pending = new Pending(task, clock.getAsLong(), nanos);
    pending.waitOn();
    return pending;
  }

  /** A task that checks the clock repeatedly until it is due. */
  private final class Pending implements Runnable, Timer {
    private final Runnable task;
    private final long start;
    private final long delay;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean isOver;

    @GuardedBy("lock")
    private @Nullable ScheduledFuture<?> next; // Null before the first wait.

    Pending(Runnable task, long start, long delay) {
      this.task = task;
      this.start = start;
      this.delay = delay;
    }

    void waitOn() {
      lock.lock();
      try {
        if (!isOver) {
          long left = delay - (clock.getAsLong() - start);
          long wait = Math.min(left, longestWaitNanos);
          next = timer.schedule(this, wait, TimeUnit.NANOSECONDS);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void run() {
      if (clock.getAsLong() - start < delay) {
        waitOn();
      } else if (begins()) {
        task.run();
      }
    }

    private boolean begins() {
      lock.lock();
      try {
        boolean begins = !isOver;
        isOver = true;
        return begins;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        isOver = true;
        if (next != null) {
          next.cancel(false);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
