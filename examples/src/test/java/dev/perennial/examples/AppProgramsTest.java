package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the programs of an app over fake servers. */
@Timeout(60)
class AppProgramsTest {
  private final FakeEventLog log = FakeEventLog.create();

  @Test
  void feedIsPausedInTheBackgroundAndGoesOnWhereItWas() throws Exception {
    BlockingQueue<String> shown = new LinkedBlockingQueue<>();
    Network network = new Network();
    ExecutorService mainThread = Executors.newSingleThreadExecutor();
    log.append("one");
    try (FakeSseServer server = FakeSseServer.start(log)) {
      AppFeed feed =
          new AppFeed(
              server.uri("/feed").toString(),
              network,
              CursorStore.inMemory(),
              mainThread,
              shown::add);
      awaitShown(shown, "no network");
      network.comeBack();
      awaitShown(shown, "one");

      feed.onStop();
      awaitShown(shown, "paused");
      log.append("two");
      feed.onStart();
      awaitShown(shown, "two");

      feed.onDestroy();
      assertEquals(List.of("1"), server.requests().stream().skip(1).map(r -> r.cursor()).toList());
    } finally {
      mainThread.shutdown();
    }
  }

  private static void awaitShown(BlockingQueue<String> shown, String expected)
      throws InterruptedException {
    List<String> seen = new ArrayList<>();
    String next = shown.poll(20, TimeUnit.SECONDS);
    while (next != null && !next.equals(expected)) {
      seen.add(next);
      next = shown.poll(20, TimeUnit.SECONDS);
    }
    assertTrue(expected.equals(next), () -> "Expected " + expected + " but were " + seen);
  }

  /** Has no network at first. */
  private static final class Network implements NetworkMonitor {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean isOnline;

    @Override
    public boolean isOnline() {
      return isOnline;
    }

    @Override
    public Listening listen(Runnable onChange) {
      listeners.add(onChange);
      return () -> listeners.remove(onChange);
    }

    void comeBack() {
      isOnline = true;
      listeners.forEach(Runnable::run);
    }
  }
}
