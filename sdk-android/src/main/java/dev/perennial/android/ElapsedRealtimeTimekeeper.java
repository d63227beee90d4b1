package dev.perennial.android;

import android.os.SystemClock;
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
 * Time that goes on while the device sleeps: {@link SystemClock#elapsedRealtimeNanos()}. The clock
 * of Java stands still then, so that a wait of 30 s that an hour of sleep interrupts would still
 * have most of its time before it. Here a wait or a timer whose time ran out during sleep ends at
 * most 5 s after the device woke up. It wakes no device.
 *
 * <p>Make one for the process and give it to {@link StreamRuntime.Builder#timekeeper}.
 */
public final class ElapsedRealtimeTimekeeper implements Timekeeper {

  /** The threads' own time stands still in sleep, so nobody waits for longer than this at once. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long IDLE_THREAD_MILLIS = 200;

  private final LongSupplier clock;
  private final long longestWaitNanos;
  private final ScheduledThreadPoolExecutor timer;

  /** Starts no thread; its timer has one only while something is scheduled. */
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
  @SuppressWarnings("WaitNotInLoop") // The caller loops, as the contract says.
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

  /** A task that looks at the clock again and again until its time has come. */
  private final class Pending implements Runnable, Timer {
    private final Runnable task;
    private final long start;
    private final long delay;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private boolean isOver;
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
