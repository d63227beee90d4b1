package dev.perennial.android;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.spi.Timekeeper;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** The device's clock stops until a test moves it; waits look at it each millisecond. */
class ElapsedRealtimeTimekeeperTest {
  private static final long LOOKS_EACH_NANOS = MILLISECONDS.toNanos(1);

  private final AtomicLong clock = new AtomicLong(SECONDS.toNanos(40));
  private final AtomicInteger looks = new AtomicInteger();
  private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition condition = lock.newCondition();
  private final Timekeeper timekeeper = new ElapsedRealtimeTimekeeper(this::look, LOOKS_EACH_NANOS);

  private long look() {
    looks.incrementAndGet();
    return clock.get();
  }

  @Test
  void itsTimeIsTheDevices() {
    assertEquals(SECONDS.toNanos(40), timekeeper.nanoTime());
  }

  @Test
  void aWaitEndsWhenItsTimePassedDuringSleep() throws Exception {
    lock.lock();
    try {
      assertTrue(timekeeper.await(condition, SECONDS.toNanos(30)), "no time has passed yet");

      long start = clock.get();
      int rounds = 0;
      while (timekeeper.await(condition, SECONDS.toNanos(30) - (clock.get() - start))) {
        rounds++;
        if (rounds == 3) {
          clock.addAndGet(HOURS.toNanos(1)); // The device slept.
        }
      }
      assertEquals(3, rounds);
    } finally {
      lock.unlock();
    }
  }

  @Test
  void aWaitEndsBySignal() throws Exception {
    Thread signaller = new Thread(this::signal, "signaller");
    Timekeeper patient = new ElapsedRealtimeTimekeeper(this::look, HOURS.toNanos(1));
    lock.lock();
    try {
      signaller.start();
      assertTrue(patient.await(condition, Long.MAX_VALUE));
    } finally {
      lock.unlock();
    }
    signaller.join();
  }

  private void signal() {
    lock.lock();
    try {
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Test
  void aTimerRunsWhenItsTimePassedDuringSleepAndNotBefore() throws Exception {
    timekeeper.schedule(() -> ran.add("deadline"), SECONDS.toNanos(30));
    looks.set(0);
    while (looks.get() < 10) { // It checked the clock and found that it was too early.
      assertNull(ran.poll(1, MILLISECONDS));
    }

    clock.addAndGet(SECONDS.toNanos(30));

    assertEquals("deadline", ran.poll(10, SECONDS));
    assertNull(ran.poll(20, MILLISECONDS), "ran twice");
  }

  @Test
  void aTimerThatWasClosedNeverRuns() throws Exception {
    timekeeper.schedule(() -> ran.add("closed"), SECONDS.toNanos(30)).close();
    timekeeper.schedule(() -> ran.add("later"), SECONDS.toNanos(31));

    clock.addAndGet(HOURS.toNanos(1));

    assertEquals("later", ran.poll(10, SECONDS));
    assertTrue(ran.isEmpty(), () -> "ran " + ran);
  }

  @Test
  void aTimerForNowRunsAtOnce() throws Exception {
    timekeeper.schedule(() -> ran.add("now"), 0);

    assertEquals("now", ran.poll(10, SECONDS));
  }
}
