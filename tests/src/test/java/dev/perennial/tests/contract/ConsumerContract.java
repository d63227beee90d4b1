package dev.perennial.tests.contract;

import static dev.perennial.tests.contract.TransportContract.append;
import static dev.perennial.tests.contract.TransportContract.events;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Gap;
import dev.perennial.Overflow;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.tests.Eventually;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Demand, overflow, limits and closing. */
interface ConsumerContract extends TransportContract {

  @Test
  default void consumerThatAsksForNothingLosesNothingAndKeepsItsConnection() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 200);
    EventRecorder<String> paused = EventRecorder.<String>requesting(10).waitingAtMost(PATIENCE);
    try (FakeStreamServer server = serverOf(log).heartbeatEvery(ofMillis(10)).start()) {
      streamOf(server.uri("/ticks")).withStaleAfter(ofMillis(500)).subscribe(paused.subscriber());
      paused.assertEvents(events(1, 10));
      server.takeRequest(PATIENCE);
      // Twice what would be stale if anyone were reading, by the clock of another subscription.
      SilenceContract.awaitHeartbeats(100, streamOf(server.uri("/clock")));
      server.takeRequest(PATIENCE);

      paused.request(Long.MAX_VALUE);

      paused.assertEvents(events(11, 200));
      assertEquals(2, server.requests().size());
      paused.close();
    }
  }

  @Test
  default void whatAnOverflowDropsIsReported() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 100);
    CountDownLatch drops = new CountDownLatch(90);
    RecordingObserver observer = RecordingObserver.create();
    observer.onCall(
        line -> {
          if (line.startsWith("dropped")) {
            drops.countDown();
          }
        });
    EventRecorder<String> slow = EventRecorder.<String>requesting(0).waitingAtMost(PATIENCE);
    try (FakeStreamServer server = serverOf(log).start()) {
      org.reactivestreams.Publisher<dev.perennial.Signal<String>> signals =
          streamOf(server.uri("/ticks"))
              .withOverflow(Overflow.dropOldest(10))
              .withObserver(observer)
              .signals();
      signals.subscribe(slow.signalSubscriber());
      assertTrue(drops.await(20, TimeUnit.SECONDS), "not all were read");

      slow.request(Long.MAX_VALUE);

      Gap gap = slow.takeGap();
      assertEquals(Gap.Reason.OVERFLOW, gap.reason());
      assertEquals(90, gap.missed());
      slow.assertEvents(events(91, 100));
      slow.close();
    }
  }

  @Test
  default void eventAboveTheLimitIsMetThreeTimesAndThenTerminal() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    log.append("x".repeat(2_000));
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(clientOf(server.uri("/ticks").toString()).maxEventBytes(1_000))
          .withRetry(QUICK)
          .subscribe(recorder().listener());
      recorder().assertEvents(events(1, 1));

      StreamException failure = recorder().takeFailure();

      assertEquals(Reason.POISON, failure.reason());
      assertTrue(failure.getMessage().contains("1000"), failure::getMessage);
      assertEquals(3, server.requests().size());
    }
  }

  @Test
  default void closeLeavesNoConnection() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 3));

      recorder().close();

      Eventually.holds("no connection is left", () -> server.liveConnections() == 0);
      recorder().assertExhausted();
    }
  }
}
