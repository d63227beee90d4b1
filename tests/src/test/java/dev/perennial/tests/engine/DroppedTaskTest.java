package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Executors that drop tasks in silence, as with a DiscardPolicy or after a shutdown. */
class DroppedTaskTest extends EngineTest {
  private final Pool pool = new Pool();

  /** A pool in virtual time that drops what it is told to drop, and holds back what it is told. */
  private final class Pool extends AbstractExecutorService {
    final List<Runnable> held = new ArrayList<>();
    boolean drops;
    boolean holds;
    boolean isTerminated;
    int handedOver;

    @Override
    public void execute(Runnable task) {
      handedOver++;
      if (holds) {
        held.add(task);
      } else if (!drops) {
        time.executor().execute(task);
      }
    }

    void letGo() {
      holds = false;
      held.forEach(time.executor()::execute);
    }

    @Override
    public boolean isShutdown() {
      return isTerminated;
    }

    @Override
    public boolean isTerminated() {
      return isTerminated;
    }

    @Override
    public void shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Runnable> shutdownNow() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }
  }

  private void terminate() {
    pool.drops = true;
    pool.isTerminated = true;
  }

  @Test
  void executorThatWasShutDownEndsTheSubscription() {
    time.at(ofSeconds(2), this::terminate);

    listen(
        stream(opens().events(1, 2).silence(ofSeconds(5)).events(3, 4).silence(ofHours(1)))
            .withDeliveryOn(pool));

    recorder.assertEvents("1", "2");
    assertDropped();
    assertEquals(ofSeconds(7), time.elapsed());
  }

  @Test
  void executorThatWasShutDownEndsACompletedStream() {
    time.at(ofSeconds(2), this::terminate);
    time.at(ofSeconds(60), () -> {}); // Virtual time goes on for this long.

    listen(
        stream(opens().events(1, 2).silence(ofSeconds(5)).events(3, 4).declaresEnd())
            .withDeliveryOn(pool));

    recorder.assertEvents("1", "2");
    assertDropped();
  }

  private void assertDropped() {
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertEquals(
        "The executor that events are delivered on was terminated and dropped a task",
        failure.getMessage());
    recorder.assertExhausted();
    assertEquals(new StreamState.Closed(failure), subscription().state());
  }

  @Test
  void taskThatWasDroppedForWantOfRoomIsHandedOverAgain() {
    pool.drops = true;
    time.at(ofSeconds(3), () -> pool.drops = false);

    listen(stream(opens().events(1, 3).silence(ofMinutes(1)).declaresEnd()).withDeliveryOn(pool));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
  }

  // ---- An executor that lives and drops tasks ----

  @Test
  void executorThatDropsEveryTaskEndsTheSubscriptionAfterHalfAMinute() {
    time.at(ofSeconds(2), () -> pool.drops = true);

    listen(
        stream(opens().events(1, 2).silence(ofSeconds(5)).events(3, 4).silence(ofHours(1)))
            .withDeliveryOn(pool));

    recorder.assertEvents("1", "2");
    StreamException failure = assertNotBegun("1 min 30 s");
    assertEquals(ofSeconds(5 + 1 + 90), time.elapsed());
    assertEquals(new StreamState.Closed(failure), subscription().state());
    assertEquals("2", subscription().cursor());
  }

  @Test
  void executorThatCannotBeAskedIsWatchedToo() {
    listen(stream(opens().events(1, 2).silence(ofHours(1))).withDeliveryOn(task -> {}));

    assertNotBegun("1 min 30 s");
    assertEquals(ofSeconds(1 + 90), time.elapsed());
  }

  @Test
  void executorThatDropsTheEndEndsTheSubscriptionAllTheSame() {
    time.at(ofSeconds(2), () -> pool.drops = true);
    time.at(ofMinutes(2), () -> {}); // Virtual time goes on for this long.

    listen(
        stream(opens().events(1, 2).silence(ofSeconds(5)).events(3, 4).declaresEnd())
            .withDeliveryOn(pool));

    recorder.assertEvents("1", "2");
    assertNotBegun("1 min 30 s");
  }

  @Test
  void limitIsTheOneThatWasSet() {
    listen(
        stream(opens().events(1, 2).silence(ofHours(1)))
            .withDeliveryOn(task -> {}, Duration.ofMillis(200)));

    assertNotBegun("200 ms");
    assertEquals(Duration.ofMillis(50 + 200), time.elapsed());
  }

  @Test
  void taskIsHandedOverSeveralTimesBeforeTheExecutorIsAccused() {
    pool.drops = true;

    listen(stream(opens().events(1, 2).silence(ofHours(1))).withDeliveryOn(pool));

    assertNotBegun("1 min 30 s");
    assertEquals(7, pool.handedOver);
  }

  @Test
  void taskThatRunsAfterTheAccusationDoesNothing() {
    pool.holds = true;
    time.at(ofMinutes(2), pool::letGo);

    listen(stream(opens().events(1, 2).silence(ofHours(1))).withDeliveryOn(pool));

    assertNotBegun("1 min 30 s");
  }

  @Test
  void executorThatIsBusyForLessThanTheLimitIsNotAccused() {
    pool.holds = true;
    time.at(ofSeconds(25), pool::letGo);

    listen(stream(opens().events(1, 3).silence(ofMinutes(2)).declaresEnd()).withDeliveryOn(pool));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
  }

  @Test
  void callbackThatTakesLongIsNotAccused() {
    recorder.onEvent(event -> time.pass(ofMinutes(10)));

    listen(stream(opens().events(1, 3).declaresEnd()).withDeliveryOn(pool));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
  }

  @Test
  void poolWhoseQueueHoldsTheTaskIsNotAccused() {
    LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    ThreadPoolExecutor busy = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, waiting);
    CountDownLatch free = new CountDownLatch(1);
    busy.execute(() -> assertDoesNotThrow(() -> free.await(1, TimeUnit.MINUTES)));
    time.at(
        ofDays(1),
        () -> {
          while (!waiting.isEmpty()) {
            time.executor().execute(waiting.remove());
          }
        });

    stream(opens().events(1, 3).times(3_000, c -> c.silence(ofMinutes(1)).heartbeat()))
        .withDeliveryOn(busy)
        .subscribe(recorder.listener());
    closeAt(ofDays(1).plusSeconds(1));
    run();
    free.countDown();
    busy.shutdown();

    recorder.assertEvents("1", "2", "3");
    recorder.assertExhausted();
  }

  private StreamException assertNotBegun(String limit) {
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertEquals(
        "The executor that events are delivered on has begun no task for "
            + limit
            + ": it drops tasks, its thread has quit, or other work occupies it",
        failure.getMessage());
    recorder.assertExhausted();
    return failure;
  }

  @Test
  void executorThatIsBusyForADayIsNotAccusedWhenItIsAllowedTo() {
    pool.holds = true;
    time.at(ofDays(1), pool::letGo);

    listen(
        stream(
                opens()
                    .events(1, 3)
                    .times(3_000, c -> c.silence(ofMinutes(1)).heartbeat())
                    .declaresEnd())
            .withDeliveryOn(pool, ofDays(2)));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertTrue(pool.handedOver < 30, () -> pool.handedOver + " tasks");
  }

  @Test
  void closeLeavesNoTimer() {
    pool.holds = true;
    closeAt(ofSeconds(3));

    listen(stream(opens().events(1, 3)).withDeliveryOn(pool));

    recorder.assertExhausted();
  }
}
