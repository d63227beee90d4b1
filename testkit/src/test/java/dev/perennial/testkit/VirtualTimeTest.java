package dev.perennial.testkit;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
  private final VirtualTime time = VirtualTime.seeded(1);
  private final List<String> log = new ArrayList<>();
  private final Condition condition = new ReentrantLock().newCondition();

  @Test
  void runsActionsInOrderOfTime() {
    time.at(ofSeconds(2), () -> note("second"));
    time.at(ofSeconds(1), () -> note("first"));

    time.run();

    assertEquals(List.of("first at PT1S", "second at PT2S"), log);
  }

  @Test
  void runsWhatFallsDueTogetherAsItWasScheduled() {
    time.at(ofSeconds(1), () -> note("action"));
    time.schedule(() -> note("timer"), ofSeconds(1).toNanos());
    time.at(ofSeconds(1), () -> note("another"));

    time.run();

    assertEquals(List.of("action at PT1S", "timer at PT1S", "another at PT1S"), log);
  }

  @Test
  void anActionMaySchedulesMore() {
    time.after(ofSeconds(1), () -> time.after(ofSeconds(1), () -> note("later")));

    time.run();

    assertEquals(List.of("later at PT2S"), log);
  }

  @Test
  void aWaitEndsWithoutReasonWhenSomethingHappens() throws InterruptedException {
    time.at(ofSeconds(1), () -> note("action"));

    assertTrue(time.await(condition, ofSeconds(5).toNanos()));

    assertEquals(ofSeconds(1), time.elapsed());
    assertEquals(List.of("action at PT1S"), log);
  }

  @Test
  void aWaitEndsAtItsLimit() throws InterruptedException {
    time.at(ofSeconds(9), () -> note("too late"));

    assertFalse(time.await(condition, ofSeconds(5).toNanos()));

    assertEquals(ofSeconds(5), time.elapsed());
    assertEquals(List.of(), log);
  }

  @Test
  void aWaitThatNothingCanEndIsADeadlock() {
    IllegalStateException stuck =
        assertThrows(IllegalStateException.class, () -> time.await(condition, Long.MAX_VALUE));

    assertEquals(
        "Stuck at PT0S: something waits, and nothing is left to happen", stuck.getMessage());
  }

  @Test
  void aDeadlockFailsTheTestWhateverTheCodeMakesOfIt() {
    time.executor()
        .execute(
            () ->
                assertThrows(
                    IllegalStateException.class, () -> time.await(condition, Long.MAX_VALUE)));

    assertThrows(IllegalStateException.class, time::run);
  }

  @Test
  void anInterruptEndsAWait() {
    time.at(ofSeconds(1), () -> Thread.currentThread().interrupt());

    assertThrows(InterruptedException.class, () -> time.await(condition, Long.MAX_VALUE));

    assertFalse(Thread.interrupted());
  }

  @Test
  void whatAnActionThrowsFailsTheTest() {
    AssertionError failure = new AssertionError("not so");
    time.at(
        ofSeconds(1),
        () -> {
          throw failure;
        });
    time.executor()
        .execute(
            () -> assertThrows(AssertionError.class, () -> time.await(condition, Long.MAX_VALUE)));

    assertSame(failure, assertThrows(AssertionError.class, time::run));
  }

  @Test
  void aCheckedExceptionOfAnActionIsTheCause() {
    IOException failure = new IOException("disk full");
    time.at(
        ofSeconds(1),
        () -> {
          throw failure;
        });

    assertSame(failure, assertThrows(IllegalStateException.class, time::run).getCause());
  }

  @Test
  void aTimerThatWasClosedDoesNotRun() {
    Timekeeper.Timer timer = time.schedule(() -> note("timer"), ofSeconds(1).toNanos());
    time.at(ofSeconds(2), () -> note("action"));
    assertEquals(1, time.pendingTimers());

    timer.close();
    timer.close();
    time.run();

    assertEquals(0, time.pendingTimers());
    assertEquals(List.of("action at PT2S"), log);
  }

  @Test
  void timersWithoutAWaiterStayPending() {
    time.schedule(() -> note("timer"), ofSeconds(1).toNanos());

    time.run();

    assertEquals(1, time.pendingTimers());
    assertEquals(Duration.ZERO, time.elapsed());
  }

  @Test
  void tasksRunInOrderWithinRun() {
    time.executor().execute(() -> note("task"));
    time.executor().execute(() -> time.pass(ofSeconds(3)));
    time.at(ofSeconds(1), () -> note("meanwhile"));

    time.run();

    assertEquals(List.of("task at PT0S", "meanwhile at PT1S"), log);
    assertEquals(ofSeconds(3), time.elapsed());
  }

  @Test
  void passingTimeStopsWhenTheConditionHolds() {
    time.at(ofSeconds(1), () -> note("here"));

    assertTrue(time.pass(ofHours(1), () -> !log.isEmpty()));

    assertEquals(ofSeconds(1), time.elapsed());
  }

  @Test
  void aStallMakesEverythingLate() {
    time.schedule(() -> note("timer"), ofSeconds(2).toNanos());
    time.at(ofSeconds(1), () -> time.stall(ofMinutes(1)));
    time.at(ofSeconds(3), () -> note("action"));

    time.run();

    assertEquals(List.of("timer at PT1M1S", "action at PT1M1S"), log);
  }

  @Test
  void waitsAndTimersArePausedWhileTheDeviceSleeps() throws InterruptedException {
    time.schedule(() -> note("timer"), ofSeconds(2).toNanos());
    time.at(ofSeconds(1), () -> time.suspend(ofMinutes(1)));

    assertTrue(time.await(condition, ofSeconds(10).toNanos()));
    assertEquals(ofSeconds(61), time.elapsed());
    assertTrue(time.await(condition, ofSeconds(10).toNanos()));

    assertEquals(List.of("timer at PT1M2S"), log);
  }

  @Test
  void theClockOverflowsOnTheWay() {
    long began = time.nanoTime();

    time.at(ofMinutes(1), () -> {});
    time.run();

    assertEquals(ofMinutes(1).toNanos(), time.nanoTime() - began);
    assertTrue(time.nanoTime() < began);
  }

  @Test
  void belongsToOneThread() throws InterruptedException {
    Thread other =
        new Thread(
            () -> {
              assertThrows(IllegalStateException.class, () -> time.after(ofMillis(1), () -> {}));
              log.add("refused");
            });

    other.start();
    other.join();

    assertEquals(List.of("refused"), log);
  }

  @Test
  void refusesToGoBack() {
    time.pass(ofSeconds(2));

    assertThrows(IllegalArgumentException.class, () -> time.at(ofSeconds(1), () -> {}));
  }

  private void note(String what) {
    log.add(what + " at " + time.elapsed());
  }
}
