package dev.perennial.internal.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.internal.queue.DeliveryStates;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds out when the consumer's executor has dropped a task in silence, as one does that discards
 * what it has no room for, or that was shut down. Otherwise the subscription would wait forever.
 *
 * <p>An executor that is busy looks the same from outside, and a consumer may take all the time
 * that it wants. So a task that has not begun after a while is handed over again, each time after
 * twice the time: running it twice does nothing, and an executor that has room by now runs it. Only
 * an executor that {@linkplain ExecutorService#isTerminated has terminated} is known to run it
 * never.
 *
 * <p>There is a timer only while a task may be waiting, and handing over the next task costs no
 * second one.
 */
final class DroppedTaskCheck {
  private static final Duration FIRST = Duration.ofSeconds(1);

  private final ExecutorService executor;
  private final Runnable task;
  private final DeliveryStates states;
  private final Executor runtime;
  private final Timekeeper time;
  private final Runnable hasDropped;

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

  /**
   * Creates a check, without a timer.
   *
   * @param task what is handed to the executor
   * @param hasDropped runs when the executor has dropped the task for good
   */
  DroppedTaskCheck(
      ExecutorService executor,
      Runnable task,
      DeliveryStates states,
      DeliveryThreads threads,
      Runnable hasDropped) {
    this.executor = executor;
    this.task = task;
    this.states = states;
    this.runtime = threads.runtime();
    this.time = threads.time();
    this.hasDropped = hasDropped;
  }

  /** The task was handed over. Any thread. */
  void handedOver() {
    if (!isPending && states.waitingDrain() != 0) {
      checkAfter(Nanos.of(FIRST));
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
    timesSeen = waiting == seen ? timesSeen + 1 : 0;
    seen = waiting;
    if (waiting != 0 && timesSeen > 0) {
      if (executor.isTerminated()) {
        hasDropped.run();
        return;
      }
      handOverAgain();
    }
    isPending = false;
    if (states.waitingDrain() != 0) {
      checkAfter(Nanos.doubled(Nanos.of(FIRST), timesSeen));
    }
  }

  private void handOverAgain() {
    try {
      executor.execute(task);
    } catch (RuntimeException refused) {
      // It has refused the second task and not the first one, which may still run.
    }
  }
}
