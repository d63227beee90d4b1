package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.Overflow;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that come faster than the consumer takes them: each drop is counted and told. */
class OverflowTest extends EngineTest {
  private final EventRecorder<String> slow = EventRecorder.requesting(0);

  @Test
  void blockHoldsTheServerBackAndLosesNothing() {
    time.at(
        ofMinutes(1),
        () -> {
          assertEquals(4, observer.subscription().buffered());
          assertEquals(new StreamState.Open(1, true), observer.subscription().state());
        });
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    signalsTo(slow, stream(opens().events(1, 20).declaresEnd()).withOverflow(Overflow.block(4)));

    assertEquals(20, slow.events().size());
    assertEquals(List.of(), observer.lines("dropped"));
  }

  @Test
  void dropOldestKeepsTheLast() {
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    signalsTo(
        slow, stream(opens().events(1, 20).declaresEnd()).withOverflow(Overflow.dropOldest(4)));

    Gap gap = slow.takeGap();
    assertEquals(Gap.Reason.OVERFLOW, gap.reason());
    assertEquals(16, gap.missed());
    assertEquals("The consumer was too slow: 16 events were dropped", gap.detail());
    slow.assertEvents("17", "18", "19", "20");
    slow.assertCompleted();
    assertEquals(16, observer.lines("dropped").size());
    assertEquals("dropped 1", observer.lines("dropped").get(0));
  }

  @Test
  void dropNewestKeepsTheFirst() {
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    signalsTo(
        slow, stream(opens().events(1, 20).declaresEnd()).withOverflow(Overflow.dropNewest(4)));

    slow.assertEvents("1", "2", "3", "4");
    assertEquals(16, slow.takeGap().missed());
    slow.assertCompleted();
    assertEquals("dropped 5", observer.lines("dropped").get(0));
  }

  @Test
  void latestKeepsOne() {
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    signalsTo(slow, stream(opens().events(1, 20).declaresEnd()).withOverflow(Overflow.latest()));

    assertEquals(19, slow.takeGap().missed());
    slow.assertEvents("20");
    slow.assertCompleted();
  }

  @Test
  void failEndsTheSubscriptionAfterTheQueuedEvents() {
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    signalsTo(slow, stream(opens().events(1, 20)).withOverflow(Overflow.fail(4)));

    slow.assertEvents("1", "2", "3", "4");
    StreamException failure = slow.takeFailure();
    assertEquals(Reason.OVERFLOW, failure.reason());
    assertEquals(
        "Expected no more than 4 events from the stream to wait for the consumer but one more came",
        failure.getMessage());
    assertEquals("4", observer.subscription().cursor());
  }

  @Test
  void listenerOnAnExecutorGetsTheGapInOrder() {
    List<Runnable> held = new ArrayList<>();
    time.at(ofSeconds(1), () -> held.remove(0).run());

    listen(
        stream(opens().events(1, 3).silence(ofMinutes(1)).declaresEnd())
            .withOverflow(Overflow.dropNewest(2))
            .withDeliveryOn(
                task -> {
                  if (time.elapsed().isZero()) {
                    held.add(task);
                  } else {
                    task.run();
                  }
                }));

    recorder.assertEvents("1", "2");
    assertEquals(1, recorder.takeGap().missed());
    recorder.assertCompleted();
  }

  @Test
  void dropsAfterADeliveryAreAnotherGap() {
    EventRecorder<String> two = EventRecorder.requesting(0);
    ConnectionScript script = opens().events(1, 3).silence(ofSeconds(10)).events(4, 6);
    time.at(ofSeconds(5), () -> two.request(20));
    time.at(ofMinutes(2), two::close);

    // With demand at once nothing is dropped any more.
    stream(script).withOverflow(Overflow.dropOldest(1)).subscribe(two.subscriber());
    run();

    two.assertEvents("3", "4", "5", "6");
    assertEquals(2, observer.lines("dropped").size());
  }

  @ParameterizedTest
  @CsvSource({"DROP_OLDEST,3", "DROP_NEWEST,20"})
  void acknowledgedCursorPassesDroppedEventsOnlyInOrder(String kind, String last) {
    Overflow overflow =
        kind.equals("DROP_OLDEST") ? Overflow.dropOldest(4) : Overflow.dropNewest(4);
    List<String> cursors = new ArrayList<>();
    time.at(ofMinutes(1), () -> assertEquals(null, observer.subscription().cursor()));
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));
    slow.onEvent(event -> cursors.add(String.valueOf(observer.subscription().cursor())));

    signalsTo(slow, stream(opens().events(1, 20).declaresEnd()).withOverflow(overflow));

    assertEquals("20", observer.subscription().cursor());
    assertEquals(
        kind.equals("DROP_OLDEST")
            ? List.of("16", "17", "18", "19")
            : List.of("null", "1", "2", "3"),
        cursors);
    assertTrue(!last.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void everyEventIsDeliveredOrCountedInAGap(int size) {
    for (int run = 0; run < 20; run++) {
      OverflowTest one = new OverflowTest();
      Random random = new Random(one.time.seed());
      ConnectionScript script = opens();
      for (int id = 1; id <= 500; id++) {
        script.events(id, id);
        if (random.nextInt(10) == 0) {
          script.silence(ofMillis(random.nextInt(50)));
        }
      }
      for (int ms = 0; ms < 5_000; ms += 10) {
        one.time.at(ofMillis(ms), () -> one.slow.request(1 + random.nextInt(4)));
      }
      one.time.at(ofMinutes(1), () -> one.slow.request(Long.MAX_VALUE));
      Overflow overflow =
          random.nextBoolean() ? Overflow.dropOldest(size) : Overflow.dropNewest(size);

      one.signalsTo(one.slow, one.stream(script.declaresEnd()).withOverflow(overflow));

      long next = 1;
      for (Object signal : one.slow.signals()) {
        if (signal instanceof Gap gap) {
          next += gap.missed();
        } else if (signal instanceof Event<?> event) {
          assertEquals(String.valueOf(next), event.data(), one.time::toString);
          next++;
        }
      }
      assertEquals(501, next, one.time::toString);
    }
  }

  @Test
  void overflowEndsTheConnectionWithoutALock() throws Exception {
    // awaitClosed() asks whether the queue is quiet: with a lock held the two could wait for ever.
    CompletableFuture<Boolean> isFree = new CompletableFuture<>();
    Transport endless =
        attempt ->
            new EndlessConnection() {
              @Override
              public void close() {
                StreamSubscription subscription = observer.subscription();
                CompletableFuture<Integer> asked =
                    CompletableFuture.supplyAsync(subscription::buffered);
                isFree.complete(asked.completeOnTimeout(-1, 5, TimeUnit.SECONDS).join() >= 0);
              }
            };

    StreamSubscription subscription =
        EventStream.of(endless, Decoder.text())
            .withObserver(observer)
            .withOverflow(Overflow.fail(2))
            .withDeliveryOn(task -> {})
            .subscribe(event -> {});

    assertTrue(isFree.get(20, TimeUnit.SECONDS));
    subscription.close();
  }

  /** Brings events as fast as it is asked. */
  private abstract static class EndlessConnection implements StreamConnection {
    @Override
    public void open() {
      // There is nothing to open.
    }

    @Override
    public Frame read(Deadlines limits) {
      return Frame.event(null, "message", new byte[0]);
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    public long lastByteNanos() {
      return System.nanoTime();
    }
  }

  @Test
  void sizeHasBounds() {
    assertEquals(
        "size must be from 1 to 1048576 events but was 0",
        assertThrows(IllegalArgumentException.class, () -> Overflow.block(0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> Overflow.dropOldest(-1));
    assertThrows(IllegalArgumentException.class, () -> Overflow.fail((1 << 20) + 1));
  }

  @Test
  void readerRefusesIt() {
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class, () -> stream().withOverflow(Overflow.latest()).open());
    assertTrue(refusal.getMessage().contains("withOverflow"), refusal::getMessage);
  }

  private void signalsTo(EventRecorder<String> consumer, EventStream<String> stream) {
    stream.signals().subscribe(consumer.signalSubscriber());
    run();
  }
}
