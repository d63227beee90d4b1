package dev.perennial.internal.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.internal.queue.DeliveryStates;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out when the consumer's executor has dropped a task in silence, as one does that discards
 * what it has no room for, that was shut down, or whose thread has quit. Otherwise the subscription
 * would wait forever.
 *
 * <p>An executor that is busy looks the same from outside. So a task that has not begun after a
 * while is handed over again, each time after twice the time: running it twice does nothing, and an
 * executor that has room by now runs it. An executor that has begun none of them is given up when
 * the caller's limit has passed. A callback may take any time, since its task has begun.
 *
 * <p>Two executors say more about themselves. One that {@linkplain ExecutorService#isTerminated has
 * terminated} is known to run the task never. A pool whose queue holds the task is known to be
 * busy, and has no limit.
 *
 * <p>What counts is the time for which the timer was set, not the clock: a process that was frozen
 * for an hour gives its executor as much time afterwards as any other.
 *
 * <p>There is a timer only while a task may be waiting, and handing over the next task costs no
 * second one.
 */
final class DroppedTaskCheck {
  private static final Duration FIRST = Duration.ofSeconds(1);

  /** The least part of a limit that is waited before the task is handed over again. */
  private static final int PARTS = 4;

  private final Executor executor;
  private final Runnable task;
  private final DeliveryStates states;
  private final Executor runtime;
  private final Timekeeper time;
  private final long limitNanos;
  private final long firstNanos;
  private final Consumer<String> hasDropped;

  private final ReentrantLock lock = new ReentrantLock();

  /** Whether a check is to come. Written with the lock held; read without. */
  private volatile boolean isPending;

  @GuardedBy("lock")
  private boolean isStopped;

  @GuardedBy("lock")
  private Timekeeper.@Nullable Timer timer; // Null before the first check.

  // Used by one check at a time.
  private volatile long seen; // The drain that was waiting at the last check; 0 when none was.
  private volatile int timesSeen;
  private volatile long waitedNanos; // For the drain that was seen.
  private volatile long delayNanos; // Of the check that is to come.

  /**
   * Creates a check, without a timer.
   *
   * @param task what is handed to the executor
   * @param hasDropped takes what is wrong, when the executor is given up
   */
  DroppedTaskCheck(
      DeliveryThreads threads, Runnable task, DeliveryStates states, Consumer<String> hasDropped) {
    this.executor = threads.executor();
    this.task = task;
    this.states = states;
    this.runtime = threads.runtime();
    this.time = threads.time();
    this.limitNanos = threads.limitNanos();
    this.firstNanos = Math.max(1, Math.min(Nanos.of(FIRST), limitNanos / PARTS));
    this.hasDropped = hasDropped;
  }

  /** The task was handed over. Any thread. */
  void handedOver() {
    if (!isPending && states.waitingDrain() != 0) {
      checkAfter(firstNanos);
    }
  }

  /** Checks no more. Any thread. */
  void stop() {
    Timekeeper.Timer last;
    lock.lock();
    try {
      isStopped = true;
      last = timer;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close();
    }
  }

  private void checkAfter(long nanos) {
    lock.lock();
    try {
      if (isPending || isStopped) {
        return;
      }
      isPending = true;
      delayNanos = nanos;
    } finally {
      lock.unlock();
    }
    Timekeeper.Timer next = time.schedule(this::due, nanos);
    boolean isTooLate;
    lock.lock();
    try {
      isTooLate = isStopped;
      timer = next;
    } finally {
      lock.unlock();
    }
    if (isTooLate) {
      next.close();
    }
  }

  /** Runs on the timer's thread, where an executor must not be called. */
  private void due() {
    try {
      runtime.execute(this::check);
    } catch (RuntimeException refused) {
      isPending = false; // The next task is checked again.
    }
  }

  private void check() {
    long waiting = states.waitingDrain();
    if (waiting != 0 && waiting == seen) {
      int times = timesSeen + 1; // Checks do not overlap.
      timesSeen = times;
      waitedNanos = Nanos.plus(waitedNanos, delayNanos);
      String problem = problem();
      if (problem != null) {
        hasDropped.accept(problem);
        return;
      }
      handOverAgain();
    } else {
      timesSeen = 0;
      waitedNanos = 0;
    }
    seen = waiting;
    isPending = false;
    if (states.waitingDrain() != 0) {
      checkAfter(nextDelay());
    }
  }

  /** Returns why the executor will never run the task; null while it may. */
  private @Nullable String problem() {
    if (executor instanceof ExecutorService service && service.isTerminated()) {
      return "The executor that events are delivered on was terminated and dropped a task";
    } else if (waitedNanos < limitNanos || isQueued()) {
      return null;
    }
    return "The executor that events are delivered on has begun no task for "
        + Durations.ofNanos(limitNanos)
        + ": it drops tasks, its thread has quit, or other work occupies it";
  }

  private boolean isQueued() {
    return executor instanceof ThreadPoolExecutor pool && pool.getQueue().contains(task);
  }

  private long nextDelay() {
    long doubled = Nanos.doubled(firstNanos, timesSeen);
    long left = limitNanos - waitedNanos;
    return left > 0 ? Math.min(doubled, left) : doubled;
  }

  private void handOverAgain() {
    try {
      executor.execute(task);
    } catch (RuntimeException refused) {
      // It has refused the second task and not the first one, which may still run.
    }
  }
}
