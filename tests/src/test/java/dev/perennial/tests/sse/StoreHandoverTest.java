package dev.perennial.tests.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscription that is closed and opened again at once, as apps do. */
@Timeout(60)
class StoreHandoverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A store whose saves wait until they may. */
  private static final class SlowStore implements CursorStore {
    final CountDownLatch saving = new CountDownLatch(1);
    final CountDownLatch maySave = new CountDownLatch(1);
    private volatile @Nullable String held;

    @Override
    public @Nullable String load() {
      return held;
    }

    @Override
    public void save(String checkpoint) {
      saving.countDown();
      try {
        assertTrue(maySave.await(20, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      held = checkpoint;
    }
  }

  private final SlowStore store = new SlowStore();
  private final EventRecorder<String> first = recorder();
  private final EventRecorder<String> second = recorder();

  @Test
  void subscriptionWaitsForTheLastSaveOfTheOneBeforeIt() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    try (FakeSseServer server = FakeSseServer.start(log)) {
      EventStream<String> stream =
          Sse.stream(server.uri("/ticks").toString()).withCursorStore(store);
      stream.subscribe(first.listener());
      first.assertEvents("a");

      first.close();
      stream.subscribe(second.listener());
      assertTrue(store.saving.await(20, TimeUnit.SECONDS));
      store.maySave.countDown();
      log.append("b");

      second.assertEvents("b");
      assertNull(server.requests().get(0).cursor());
      assertEquals("1", server.requests().get(1).cursor());
      second.close();
      assertTrue(second.subscription().awaitClosed(PATIENCE));
    }
  }

  @Test
  void closeWhileItWaitsIsQuiet() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    try (FakeSseServer server = FakeSseServer.start(log)) {
      EventStream<String> stream =
          Sse.stream(server.uri("/ticks").toString()).withCursorStore(store);
      stream.subscribe(first.listener());
      first.assertEvents("a");
      first.close();
      stream.subscribe(second.listener());
      assertTrue(store.saving.await(20, TimeUnit.SECONDS));

      second.close();
      assertTrue(second.subscription().awaitClosed(PATIENCE));
      store.maySave.countDown();
      assertTrue(first.subscription().awaitClosed(PATIENCE));

      second.assertExhausted();
      assertEquals(1, server.requests().size());
      assertEquals("1", store.load());
    }
  }

  private static EventRecorder<String> recorder() {
    return EventRecorder.<String>create().waitingAtMost(PATIENCE);
  }
}
