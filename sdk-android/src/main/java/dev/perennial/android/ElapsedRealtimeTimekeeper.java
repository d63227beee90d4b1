package dev.perennial.android;

import android.os.SystemClock;
import dev.perennial.StreamRuntime;
import dev.perennial.internal.time.SystemTimekeeper;
import dev.perennial.spi.Timekeeper;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;

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

  private final Timekeeper timekeeper;

  /** Starts no thread; its timer has one only while a task is scheduled. */
  public ElapsedRealtimeTimekeeper() {
    this(SystemClock::elapsedRealtimeNanos, LONGEST_WAIT_NANOS);
  }

  ElapsedRealtimeTimekeeper(LongSupplier clock, long longestWaitNanos) {
    this.timekeeper = new SystemTimekeeper(clock, longestWaitNanos);
  }

  @Override
  public long nanoTime() {
    return timekeeper.nanoTime();
  }

  @Override
  public boolean await(Condition condition, long nanos) throws InterruptedException {
    return timekeeper.await(condition, nanos);
  }

  @Override
  public Timer schedule(Runnable task, long nanos) {
    return timekeeper.schedule(task, nanos);
  }
}
