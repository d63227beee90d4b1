package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store whose saves never return: it costs one thread, and no subscription its end. */
@Timeout(60)
class HungStoreTest extends EngineTest {

  /** Hangs in each save until it is released. */
  private static final class HungStore implements CursorStore {
    final CountDownLatch released = new CountDownLatch(1);
    volatile boolean isHanging;
    volatile @Nullable String held;

    @Override
    public @Nullable String load() {
      return held;
    }

    @Override
    public void save(String checkpoint) {
      isHanging = true;
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      held = checkpoint;
    }

    @Override
    public String toString() {
      return "HungStore";
    }
  }

  private final HungStore store = new HungStore();
  private final List<Thread> helpers = new CopyOnWriteArrayList<>();
  private final List<Duration> ends = new ArrayList<>();

  @AfterEach
  void release() throws InterruptedException {
    store.released.countDown();
    for (int i = 0; i < helpers.size(); i++) { // One that ends may start the next one.
      helpers.get(i).join();
    }
  }

  @Test
  void endOfTheStreamIsSignalledAfterASecond() {
    recorder.onEnd(end -> ends.add(time.elapsed()));

    listen(storing(opens().events(1, 3).declaresEnd()));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals(List.of(ofSeconds(1)), ends);
    assertEquals(
        List.of(
            "cursorNotSaved The last save of the cursor to HungStore has not returned within a"
                + " second: the stored cursor may be an older one"),
        observer.lines("cursorNotSaved"));
  }

  @Test
  void closedSubscriptionIsClosedAfterASecond() throws Exception {
    closeAt(ofSeconds(10));

    listen(storing(opens().events(1, 3)));

    assertEquals(ofSeconds(11), time.elapsed());
    assertTrue(subscription().awaitClosed(ofSeconds(1)));
    assertEquals(new StreamState.Closed(null), subscription().state());
    assertEquals(ofSeconds(11), time.elapsed(), "it does not wait for the same save again");
  }

  @Test
  void readerEndsAndCloses() throws Exception {
    EventReader<String> reader = storing(opens().events(1, 1).declaresEnd()).open();
    assertEquals("1", reader.read().data());
    assertNull(reader.read());

    reader.close();

    assertTrue(time.elapsed().compareTo(ofSeconds(3)) < 0, () -> "at " + time.elapsed());
    run();
  }

  @Test
  void eventsGoOnAndOneThreadIsLost() {
    ConnectionScript script = opens();
    for (int id = 1; id <= 600; id++) {
      script.events(id, id).silence(ofMillis(100));
    }

    listen(storing(script.declaresEnd()));

    assertEquals(600, recorder.events().size());
    assertEquals(1, helpers.size());
  }

  @Test
  void nextSubscriptionFailsWithAnExplanation() {
    listen(storing(opens().events(1, 1).declaresEnd()));
    EventRecorder<String> second = EventRecorder.create();

    storing(opens()).subscribe(second.listener());
    run();

    StreamException refusal = second.takeFailure();
    assertEquals(StreamException.Reason.CURSOR_STORE, refusal.reason());
    assertEquals(
        "The last save of a subscription that has ended still occupies the store: HungStore",
        refusal.getMessage());
    assertEquals(ofSeconds(6), time.elapsed());
    assertEquals(List.of(), transport.attempts());
  }

  @Test
  void storeIsFreeWhenTheSaveHasReturned() throws Exception {
    listen(storing(opens().events(1, 1).declaresEnd()));
    release();
    EventRecorder<String> second = EventRecorder.create();
    closeAt(ofMinutes(1));

    storing(opens().events(2, 2).declaresEnd()).subscribe(second.listener());
    run();

    second.assertEvents("2");
    assertEquals(List.of("1"), transport.cursors());
  }

  /** The helpers are real threads, which virtual time waits for until they hang or end. */
  private EventStream<String> storing(ConnectionScript script) {
    StreamRuntime runtime =
        StreamRuntime.builder()
            .timekeeper(time)
            .executor(time.executor())
            .helpers(
                task -> {
                  Thread helper = new Thread(task);
                  helper.setDaemon(true);
                  helpers.add(helper);
                  helper.start();
                  while (helper.isAlive() && !store.isHanging) {
                    Thread.onSpinWait();
                  }
                })
            .build();
    return stream(ScriptedTransport.of(time, script)).withRuntime(runtime).withCursorStore(store);
  }
}
