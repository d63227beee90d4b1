package dev.perennial.internal.time;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bounded number of threads, of which a task that hangs costs one. */
@Timeout(60)
class HelperPoolTest {
  private final List<Thread> started = new CopyOnWriteArrayList<>();
  private final ThreadFactory factory =
      task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        started.add(thread);
        return thread;
      };
  private final HelperPool pool = new HelperPool(factory);
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void manyTasksShareAFewThreads() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1_000);
    for (int i = 0; i < 1_000; i++) {
      pool.execute(done::countDown);
    }

    assertTrue(done.await(20, SECONDS));
    assertTrue(started.size() <= HelperPool.AT_ONCE + 1, () -> started.size() + " threads");
  }

  @Test
  void tasksThatHangDoNotKeepOthersFromBeingRun() throws InterruptedException {
    int hanging = 2 * HelperPool.AT_ONCE;
    CountDownLatch hung = new CountDownLatch(hanging);
    CountDownLatch done = new CountDownLatch(100);
    for (int i = 0; i < hanging; i++) {
      pool.execute(
          () -> {
            hung.countDown();
            awaitRelease();
          });
    }
    for (int i = 0; i < 100; i++) {
      pool.execute(done::countDown);
    }

    assertTrue(hung.await(20, SECONDS));
    assertTrue(done.await(20, SECONDS));
    int most = hanging + HelperPool.AT_ONCE + 1;
    assertTrue(alive() <= most, () -> alive() + " threads");
  }

  @Test
  void idleThreadsEnd() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      pool.execute(() -> {});
    }

    for (Thread thread : started) {
      thread.join(20_000);
      assertFalse(thread.isAlive());
    }
  }

  @Test
  void nextTaskRunsAfterOneThatThrewAndOneThatLeftAnInterrupt() throws InterruptedException {
    BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
    BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    pool.execute(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
          Thread.currentThread().interrupt();
          throw new IllegalStateException("thrown");
        });
    assertEquals("thrown", uncaught.take().getMessage());
    while (started.get(0).getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait(); // Until it waits for the next task.
    }

    pool.execute(() -> interrupted.add(Thread.currentThread().isInterrupted()));

    assertEquals(false, interrupted.take());
    assertEquals(1, started.size());
  }

  @Test
  void systemWithoutThreadsIsToldAndTriedAgain() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    HelperPool starved =
        new HelperPool(
            task -> {
              if (asked.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return factory.newThread(task);
            });
    AtomicInteger runs = new AtomicInteger();
    assertThrows(RejectedExecutionException.class, () -> starved.execute(runs::incrementAndGet));
    CountDownLatch done = new CountDownLatch(1);

    starved.execute(done::countDown);

    assertTrue(done.await(20, SECONDS));
    assertEquals(0, runs.get());
  }

  private long alive() {
    return started.stream().filter(Thread::isAlive).count();
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
