package dev.perennial.tests.engine;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.internal.time.SystemTimekeeper;
import dev.perennial.spi.Timekeeper;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One thread runs what is due, and sleeps until then. */
class SystemTimekeeperTest {
  private final Timekeeper timekeeper = new SystemTimekeeper();
  private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

  @Test
  void timerThreadSleepsUntilTheNextTaskIsDue() throws Exception {
    Thread thread = timerThread();
    Timekeeper.Timer tomorrow = timekeeper.schedule(() -> {}, HOURS.toNanos(24));
    timekeeper.schedule(() -> ran.add("soon"), MILLISECONDS.toNanos(300));
    assertEquals("soon", ran.poll(10, SECONDS));
    long before = waits(thread);

    // Not a wait for something to happen: the fault was that something did, five times a second.
    assertNull(ran.poll(1, SECONDS));

    assertTrue(waits(thread) - before <= 1, () -> "waits: " + (waits(thread) - before));
    tomorrow.close();
  }

  private Thread timerThread() throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    timekeeper.schedule(() -> thread.complete(Thread.currentThread()), 0);
    return thread.get(10, SECONDS);
  }

  private static long waits(Thread thread) {
    return ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId()).getWaitedCount();
  }

  @Test
  void threadEndsWhenNothingIsScheduled() throws Exception {
    Timekeeper.Timer tomorrow = timekeeper.schedule(() -> {}, HOURS.toNanos(24));
    Thread thread = timerThread();

    tomorrow.close();

    thread.join(10_000);
    assertTrue(!thread.isAlive());
    assertTrue(timerThread() != thread, "the next task has a thread again");
  }

  @Test
  void tasksRunInTheOrderInWhichTheyAreDue() throws Exception {
    timekeeper.schedule(() -> ran.add("third"), MILLISECONDS.toNanos(120));
    timekeeper.schedule(() -> ran.add("first"), MILLISECONDS.toNanos(40));
    timekeeper.schedule(() -> ran.add("second"), MILLISECONDS.toNanos(80));

    assertEquals("first", ran.poll(10, SECONDS));
    assertEquals("second", ran.poll(10, SECONDS));
    assertEquals("third", ran.poll(10, SECONDS));
  }

  @Test
  void closedTaskDoesNotRun() throws Exception {
    Timekeeper.Timer closed =
        timekeeper.schedule(() -> ran.add("closed"), MILLISECONDS.toNanos(50));
    timekeeper.schedule(() -> ran.add("later"), MILLISECONDS.toNanos(100));
    closed.close();
    closed.close();

    assertEquals("later", ran.poll(10, SECONDS));
    assertTrue(ran.isEmpty());
  }

  @Test
  void taskThatThrowsDoesNotEndTheOthers() throws Exception {
    BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    timerThread().setUncaughtExceptionHandler((thread, failure) -> thrown.add(failure));
    Error defect = new AssertionError("defect");
    timekeeper.schedule(
        () -> {
          throw defect;
        },
        0);
    timekeeper.schedule(() -> ran.add("next"), 1);

    assertEquals("next", ran.poll(10, SECONDS));
    assertEquals(defect, thrown.poll(10, SECONDS));
  }

  @Test
  void anyDelayIsADelay() throws Exception {
    List<Timekeeper.Timer> far = new ArrayList<>();
    for (long nanos : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 2 + 1}) {
      far.add(timekeeper.schedule(() -> ran.add("far " + nanos), nanos));
    }
    timekeeper.schedule(() -> ran.add("past"), Long.MIN_VALUE);
    timekeeper.schedule(() -> ran.add("now"), 0);

    assertEquals("past", ran.poll(10, SECONDS));
    assertEquals("now", ran.poll(10, SECONDS));
    assertTrue(ran.isEmpty());
    far.forEach(Timekeeper.Timer::close);
  }

  @Test
  void manyThreadsScheduleAndClose() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int k = 0; k < 5_000; k++) {
                  timekeeper.schedule(() -> {}, SECONDS.toNanos(30)).close();
                  timekeeper.schedule(runs::incrementAndGet, k * 1_000L);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    timekeeper.schedule(() -> ran.add("last"), MILLISECONDS.toNanos(20));

    assertEquals("last", ran.poll(30, SECONDS));
    assertEquals(20_000, runs.get());
  }
}
