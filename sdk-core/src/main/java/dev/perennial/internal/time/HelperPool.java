package dev.perennial.internal.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few daemon threads for short tasks that may block. A task that takes long keeps its thread, but
 * no other task from being run: only {@link #AT_ONCE} tasks run at once, and those that have run
 * for longer than {@link #SLOW_NANOS} do not count. So there is at most one thread for each of
 * them, {@link #AT_ONCE} for the others, and one that waits for its turn. A thread that has nothing
 * to do ends soon.
 */
final class HelperPool implements Executor {
  static final int AT_ONCE = 4;
  static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Longer than between two saves of one subscription, which then keeps one thread. */
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ThreadFactory threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

  /** How many threads have no task, those included that are about to start. */
  @GuardedBy("lock")
  private int idle;

  @GuardedBy("lock")
  private final Set<Worker> busy = new HashSet<>();

  HelperPool(ThreadFactory threads) {
    this.threads = threads;
  }

  /**
   * Runs the task on a thread of the pool.
   *
   * @throws RejectedExecutionException when it needs a thread and the system has none
   */
  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      queue.addLast(task);
      Throwable failure = addThread();
      if (failure != null && idle == 0) { // Perhaps no thread will ever look for it.
        queue.removeLastOccurrence(task);
        throw new RejectedExecutionException("No thread could be started", failure);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts a thread when one more task can run, or when there is none to wait for its turn. Returns
   * why it could not; null as a rule.
   */
  @GuardedBy("lock")
  private @Nullable Throwable addThread() {
    boolean hasTurn = idle < queue.size() && idle + promptTasks(System.nanoTime()) < AT_ONCE;
    if (hasTurn || (idle == 0 && !queue.isEmpty())) {
      try {
        threads.newThread(new Worker()).start();
      } catch (Throwable failure) { // Usually an OutOfMemoryError of a system with few threads.
        return failure;
      }
      idle++;
    }
    return null;
  }

  /** How many tasks run that do not take long so far. */
  @GuardedBy("lock")
  private int promptTasks(long now) {
    int prompt = 0;
    for (Worker worker : busy) {
      prompt += now - worker.beganNanos < SLOW_NANOS ? 1 : 0;
    }
    return prompt;
  }

  /** Returns the next task; null when there was nothing to do for a while. */
  @GuardedBy("lock")
  private @Nullable Runnable await() {
    long idleSince = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      if (queue.isEmpty() && now - idleSince >= IDLE_NANOS) {
        return null;
      } else if (!queue.isEmpty() && promptTasks(now) < AT_ONCE) {
        return queue.removeFirst();
      }
      try {
        // A task may become slow meanwhile, which nothing else would notice.
        long left = queue.isEmpty() ? IDLE_NANOS - (now - idleSince) : SLOW_NANOS / 10;
        boolean unused = changed.awaitNanos(left) > 0;
      } catch (InterruptedException e) {
        // Nothing here is to be interrupted.
      }
    }
  }

  private final class Worker implements Runnable {
    /** When its task began; guarded by the lock. */
    private long beganNanos;

    @Override
    public void run() {
      Runnable task = next();
      while (task != null) {
        boolean unused = Thread.interrupted(); // The task before may have left it.
        try {
          task.run();
        } catch (Throwable thrown) {
          Thread thread = Thread.currentThread();
          thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } finally {
          over();
        }
        task = next();
      }
    }

    private @Nullable Runnable next() {
      lock.lock();
      try {
        Runnable task = await();
        idle--;
        if (task != null) {
          beganNanos = System.nanoTime();
          busy.add(this);
          Throwable unused = addThread(); // Then this thread takes the next task.
        }
        return task;
      } finally {
        lock.unlock();
      }
    }

    private void over() {
      lock.lock();
      try {
        busy.remove(this);
        idle++;
      } finally {
        lock.unlock();
      }
    }
  }
}
