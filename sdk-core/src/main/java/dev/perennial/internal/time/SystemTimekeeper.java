package dev.perennial.internal.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.spi.Timekeeper;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock of the system, and one timer thread, which is there only while something is scheduled and
 * sleeps until that is due.
 */
public final class SystemTimekeeper implements Timekeeper {
  private final LongSupplier clock;
  private final long longestWaitNanos;
  private final TimerThread timer;

  /** Uses the monotonic clock of Java. */
  public SystemTimekeeper() {
    this(System::nanoTime, Nanos.FOREVER);
  }

  /**
   * Uses another clock of the system, which may run on while threads' waits do not.
   *
   * @param clock monotonic, in nanoseconds
   * @param longestWaitNanos after how long at most a waiting thread looks at the clock again
   */
  public SystemTimekeeper(LongSupplier clock, long longestWaitNanos) {
    this.clock = clock;
    this.longestWaitNanos = longestWaitNanos;
    this.timer = new TimerThread(clock, longestWaitNanos);
  }

  @Override
  public long nanoTime() {
    return clock.getAsLong();
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // The caller loops, as the contract says.
  public boolean await(Condition condition, long nanos) throws InterruptedException {
    if (nanos == Nanos.FOREVER) {
      condition.await();
      return true;
    }
    long start = clock.getAsLong();
    condition.awaitNanos(Math.min(nanos, longestWaitNanos));
    return clock.getAsLong() - start < nanos;
  }

  @Override
  public Timer schedule(Runnable task, long nanos) {
    return timer.schedule(task, nanos);
  }

  /** Runs tasks when they are due, on one thread. */
  private static final class TimerThread implements Runnable {
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** The order of two readings of a clock that may wrap around holds up to twice this. */
    private static final long LONGEST_DELAY_NANOS = Long.MAX_VALUE / 2;

    private final LongSupplier clock;
    private final long longestWaitNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final TreeSet<Scheduled> tasks = new TreeSet<>();

    @GuardedBy("lock")
    private long scheduled;

    /** Whether there is a thread. */
    @GuardedBy("lock")
    private boolean isRunning;

    @GuardedBy("lock")
    private boolean isAsleep;

    /** When the thread wakes by itself. Meaningful while it is asleep. */
    @GuardedBy("lock")
    private long wakesAtNanos;

    TimerThread(LongSupplier clock, long longestWaitNanos) {
      this.clock = clock;
      this.longestWaitNanos = longestWaitNanos;
    }

    /** A task and when it is due, ordered by that. */
    private record Scheduled(Runnable task, long dueNanos, long number)
        implements Comparable<Scheduled> {
      @Override
      public int compareTo(Scheduled other) {
        long later = dueNanos - other.dueNanos;
        return later != 0 ? Long.signum(later) : Long.compare(number, other.number);
      }
    }

    Timer schedule(Runnable task, long nanos) {
      long delay = Math.min(Math.max(nanos, 0), LONGEST_DELAY_NANOS);
      Scheduled added;
      lock.lock();
      try {
        added = new Scheduled(task, clock.getAsLong() + delay, scheduled++);
        if (!isRunning) {
          start(); // Before the task is added: it fails when there can be no thread.
        } else if (isAsleep && added.dueNanos - wakesAtNanos < 0) {
          changed.signal();
        }
        tasks.add(added);
      } finally {
        lock.unlock();
      }
      return () -> cancel(added);
    }

    @GuardedBy("lock")
    private void start() {
      Thread thread = new Thread(this, "perennial-timer");
      thread.setDaemon(true);
      thread.start();
      isRunning = true;
    }

    private void cancel(Scheduled task) {
      lock.lock();
      try {
        boolean isLast = tasks.remove(task) && tasks.isEmpty();
        if (isLast && isAsleep && wakesAtNanos - clock.getAsLong() > IDLE_NANOS) {
          changed.signal(); // Nothing is scheduled any more, so the thread is to end soon.
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void run() {
      for (Runnable task = next(); task != null; task = next()) {
        try {
          task.run();
        } catch (Throwable thrown) {
          Thread thread = Thread.currentThread();
          thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
      }
    }

    /** Waits for the next task that is due; null when nothing is scheduled. */
    private @Nullable Runnable next() {
      lock.lock();
      try {
        while (true) {
          if (tasks.isEmpty()) {
            sleep(IDLE_NANOS);
            if (tasks.isEmpty()) {
              isRunning = false;
              return null;
            }
          }
          Scheduled first = tasks.first();
          long left = first.dueNanos - clock.getAsLong();
          if (left <= 0) {
            tasks.remove(first);
            return first.task;
          }
          sleep(left);
        }
      } finally {
        lock.unlock();
      }
    }

    @GuardedBy("lock")
    @SuppressWarnings("WaitNotInLoop") // The caller looks again.
    private void sleep(long nanos) {
      isAsleep = true;
      wakesAtNanos = clock.getAsLong() + nanos;
      try {
        changed.awaitNanos(Math.min(nanos, longestWaitNanos));
      } catch (InterruptedException e) {
        // A task has interrupted this thread, and that is over.
      } finally {
        isAsleep = false;
      }
    }
  }
}
