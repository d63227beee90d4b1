package dev.perennial.tests.contract;

import static dev.perennial.tests.contract.TransportContract.append;
import static dev.perennial.tests.contract.TransportContract.events;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.DedupeWindow;
import dev.perennial.EventStream;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.RecordingObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Silent connections, and heartbeats. */
interface SilenceContract extends TransportContract {

  @Test
  default void silentConnectionIsReplaced() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    RecordingObserver observer = RecordingObserver.create();
    try (FakeStreamServer server = serverOf(log).start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      streamOf(proxy.uri("/ticks"))
          .withStaleAfter(ofMillis(400))
          .withObserver(observer)
          .subscribe(recorder().listener());
      recorder().assertEvents(events(1, 3));

      CountDownLatch isStale = new CountDownLatch(1);
      observer.onCall(
          line -> {
            if (line.startsWith("disconnected") && line.contains("STALE")) {
              isStale.countDown();
            }
          });
      proxy.freeze();
      assertTrue(isStale.await(20, TimeUnit.SECONDS), "never stale");
      proxy.thaw();
      append(log, 4, 5);

      recorder().assertEvents(events(4, 5));
      recorder().close();
    }
  }

  @Test
  default void lateBytesOfAnOlderConnectionAreNotDelivered() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    CountDownLatch isStale = new CountDownLatch(1);
    RecordingObserver observer =
        RecordingObserver.create()
            .onCall(
                line -> {
                  if (line.startsWith("disconnected") && line.contains("STALE")) {
                    isStale.countDown();
                  }
                });
    try (FakeStreamServer server = serverOf(log).start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      streamOf(proxy.uri("/ticks"))
          .withStaleAfter(ofMillis(400))
          .withDedupe(DedupeWindow.none())
          .withObserver(observer)
          .subscribe(recorder().listener());
      recorder().assertEvents(events(1, 3));

      proxy.freeze();
      append(log, 4, 5); // Under way on the old connection when the next one is made.
      assertTrue(isStale.await(20, TimeUnit.SECONDS), "never stale");
      proxy.thaw();

      recorder().assertEvents(events(4, 5));
      append(log, 6, 6);
      recorder().assertEvents(events(6, 6));
      recorder().close();
      recorder().assertExhausted();
    }
  }

  @Test
  default void heartbeatsKeepAConnectionThatBringsNothing() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    try (FakeStreamServer server = serverOf(log).heartbeatEvery(ofMillis(20)).start()) {
      // Two seconds' worth.
      awaitHeartbeats(100, streamOf(server.uri("/ticks")).withStaleAfter(ofSeconds(1)));
      assertEquals(1, server.requests().size());
    }
  }

  /** Follows a stream until so many heartbeats have come. */
  static void awaitHeartbeats(int count, EventStream<String> stream) throws InterruptedException {
    CountDownLatch heartbeats = new CountDownLatch(count);
    RecordingObserver observer =
        RecordingObserver.create()
            .onCall(
                line -> {
                  if (line.startsWith("heartbeat")) {
                    heartbeats.countDown();
                  }
                });
    try (StreamSubscription subscription = stream.withObserver(observer).subscribe(event -> {})) {
      assertTrue(heartbeats.await(20, TimeUnit.SECONDS), () -> "too few: " + heartbeats);
      assertNull(subscription.nextAttemptIn());
    }
  }
}
