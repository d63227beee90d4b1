package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamRuntime;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The acknowledged cursor across restarts: promise 3. */
class CursorStoreTest extends EngineTest {

  /** Keeps each save, and fails on request. */
  private final class RecordingStore implements CursorStore {
    final List<String> saves = new ArrayList<>();
    final List<Duration> times = new ArrayList<>();
    @Nullable String held;
    boolean isBroken;

    @Override
    public @Nullable String load() throws IOException {
      failIfBroken();
      return held;
    }

    @Override
    public void save(String checkpoint) throws IOException {
      times.add(time.elapsed());
      failIfBroken();
      saves.add(checkpoint);
      held = checkpoint;
    }

    private void failIfBroken() throws IOException {
      if (isBroken) {
        throw new IOException("disk full");
      }
    }

    @Override
    public String toString() {
      return "RecordingStore";
    }
  }

  private final RecordingStore store = new RecordingStore();

  // ---- Loading ----

  @Test
  void streamStartsWhereTheLastProcessAcknowledged() {
    store.held = "41";

    listen(stream(opens().events(42, 42).declaresEnd()).withCursorStore(store));

    assertEquals(List.of("41"), transport.cursors());
    assertEquals("42", store.held);
  }

  @Test
  void emptyStoreStartsAfterTheCallersCursor() {
    listen(stream(opens().declaresEnd()).withCursor("7").withCursorStore(store));

    assertEquals(List.of("7"), transport.cursors());
  }

  @Test
  void storeComesBeforeTheCallersCursor() {
    store.held = "41";

    listen(stream(opens().declaresEnd()).withCursor("7").withCursorStore(store));

    assertEquals(List.of("41"), transport.cursors());
  }

  @Test
  void loadErrorEndsTheSubscriptionBeforeAnyRequest() {
    store.isBroken = true;

    listen(stream().withCursorStore(store));

    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CURSOR_STORE, failure.reason());
    assertEquals(
        "The cursor could not be loaded from RecordingStore: disk full", failure.getMessage());
    assertEquals(List.of(), transport.attempts());
    assertEquals(List.of(), store.saves);
  }

  // ---- Saving ----

  @Test
  void savesAtMostOnceInAWhile() {
    ConnectionScript script = opens();
    for (int id = 1; id <= 100; id++) {
      script.events(id, id).silence(ofMillis(10));
    }

    listen(stream(script.silence(ofMinutes(1)).declaresEnd()).withCursorStore(store));

    assertEquals("100", store.held);
    assertEquals(4, store.saves.size(), () -> "saves at " + store.times);
    assertEquals(ofMillis(250), store.times.get(0));
  }

  @Test
  void intervalIsSettable() {
    ConnectionScript script = opens();
    for (int id = 1; id <= 10; id++) {
      script.events(id, id).silence(ofSeconds(1));
    }

    listen(stream(script.declaresEnd()).withCursorStore(store, ofSeconds(4)));

    assertEquals(List.of("5", "10"), store.saves);
  }

  @Test
  void nothingIsSavedWhenNothingMoved() {
    store.held = "41";

    listen(stream(opens().silence(ofMinutes(1)).declaresEnd()).withCursorStore(store));

    assertEquals(List.of(), store.saves);
  }

  @Test
  void lastCursorIsSavedAtTheEnd() {
    listen(stream(opens().events(1, 9).declaresEnd()).withCursorStore(store));

    assertEquals(List.of("9"), store.saves);
    assertEquals(List.of(ofMillis(0)), store.times);
  }

  @Test
  void lastCursorIsSavedWhenTheConsumerCloses() {
    closeAt(ofMillis(100));

    listen(stream(opens().events(1, 9)).withCursorStore(store));

    assertEquals(List.of("9"), store.saves);
  }

  @Test
  void eventThatTheConsumerDidNotFinishIsNotSaved() {
    recorder.onEvent(
        event -> {
          if (event.data().equals("3")) {
            throw new IllegalArgumentException("cannot handle 3");
          }
        });

    listen(stream(opens().events(1, 9)).withCursorStore(store));

    assertEquals(List.of("2"), store.saves);
  }

  @Test
  void clearedCursorIsSavedAsNone() {
    listen(
        stream(opens().events(1, 1).silence(ofSeconds(1)).checkpoint("").declaresEnd())
            .withCursorStore(store));

    assertEquals(List.of("1", ""), store.saves);
    listen(stream(opens().declaresEnd()).withCursorStore(store));
    assertEquals(Arrays.asList((String) null), transport.cursors());
  }

  @Test
  void replayedCheckpointDoesNotMoveTheCursorBack() {
    listen(
        stream(
                opens().events(1, 3).silence(ofSeconds(2)).cut(),
                opens().events(2, 2).checkpoint("2").silence(ofSeconds(2)).cut(),
                opens().events(2, 3).checkpoint("3").checkpoint("9").declaresEnd())
            .withCursorStore(store));

    assertEquals(List.of("3", "9"), store.saves);
    assertEquals(Arrays.asList(null, "3", "3"), transport.cursors());
  }

  @Test
  void saveErrorIsReportedAndTheSaveIsRetried() {
    time.at(ofMillis(100), () -> store.isBroken = true);
    time.at(ofSeconds(2), () -> store.isBroken = false);

    listen(stream(opens().events(1, 3).silence(ofMinutes(1)).declaresEnd()).withCursorStore(store));

    assertEquals(List.of("3"), store.saves);
    assertEquals(
        "cursorNotSaved The cursor could not be saved to RecordingStore: disk full",
        observer.lines("cursorNotSaved").get(0));
    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted(); // A save error ends nothing.
  }

  @Test
  void saveErrorAtTheEndIsReported() {
    time.at(ofMillis(10), () -> store.isBroken = true);

    listen(
        stream(opens().events(1, 3).silence(ofMillis(100)).declaresEnd()).withCursorStore(store));

    assertEquals(1, observer.lines("cursorNotSaved").size());
    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
  }

  @Test
  void eventsInTheQueueAreSavedWhenTheConsumerHasProcessedThem() {
    time.at(ofMinutes(1), () -> {});

    listen(
        stream(opens().events(1, 3).declaresEnd())
            .withCursorStore(store)
            .withDeliveryOn(task -> time.after(ofSeconds(10), task::run)));

    assertEquals("3", store.held);
    assertTrue(store.times.get(store.times.size() - 1).compareTo(ofSeconds(10)) >= 0);
  }

  @Test
  void lateManualAcknowledgementIsSavedAfterTheEnd() {
    time.at(ofMinutes(5), () -> recorder.events().forEach(Event::acknowledge));
    time.at(ofMinutes(6), () -> assertEquals(List.of("3"), store.saves));

    listen(
        stream(opens().events(1, 3).declaresEnd())
            .withManualAcknowledgement(8)
            .withCursorStore(store));

    assertEquals(List.of("3"), store.saves);
  }

  @Test
  void readerSavesWhatItAcknowledgedWhenItIsClosed() throws Exception {
    transport = ScriptedTransport.of(time, opens().events(1, 3).declaresEnd());
    EventReader<String> reader = over(transport).withCursorStore(store).open();

    reader.read();
    reader.read();
    reader.close();

    assertEquals(List.of("1"), store.saves); // Event 2 was in hands.
    run();
    assertEquals(List.of("1"), store.saves);
  }

  @Test
  void executorThatRefusesToSaveDoesNotKeepTheEndFromIt() {
    StreamRuntime refusing =
        StreamRuntime.builder()
            .timekeeper(time)
            .executor(time.executor())
            .helpers(
                task -> {
                  throw new RejectedExecutionException("shut down");
                })
            .build();

    listen(
        stream(
                opens()
                    .events(1, 1)
                    .silence(ofMinutes(1))
                    .events(2, 2)
                    .silence(ofMinutes(1))
                    .declaresEnd())
            .withRuntime(refusing)
            .withCursorStore(store));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
    assertEquals(List.of("2"), store.saves);
  }

  // ---- One store, one subscription ----

  @Test
  void secondLiveSubscriptionIsRefused() {
    EventRecorder<String> second = EventRecorder.create();
    time.at(
        ofSeconds(1),
        () -> over(ScriptedTransport.of(time)).withCursorStore(store).subscribe(second.listener()));
    closeAt(ofSeconds(5));

    listen(stream(opens().events(1, 1)).withCursorStore(store));

    StreamException failure = second.takeFailure();
    assertEquals(Reason.CURSOR_STORE, failure.reason());
    assertEquals(
        "The store serves another live subscription, and each needs one of its own: RecordingStore",
        failure.getMessage());
    recorder.assertEvents("1");
    recorder.assertExhausted();
  }

  @Test
  void storeIsFreeAgainAfterTheEnd() {
    listen(stream(opens().events(1, 1).declaresEnd()).withCursorStore(store));
    listen(stream(opens().events(2, 2).declaresEnd()).withCursorStore(store));

    assertEquals(List.of("1"), transport.cursors());
    assertEquals("2", store.held);
  }

  @Test
  void lateSaveOfAnEndedSubscriptionDoesNotTouchTheNextOnes() {
    EventRecorder<String> first = EventRecorder.create();
    stream(opens().events(1, 3).declaresEnd())
        .withManualAcknowledgement(8)
        .withCursorStore(store)
        .subscribe(first.listener());
    run();
    time.after(ofSeconds(10), () -> first.events().get(0).acknowledge());
    time.after(ofMinutes(1), recorder::close);

    listen(stream(opens().events(1, 5)).withCursorStore(store));

    assertEquals(List.of("5"), store.saves);
  }

  @Test
  void parkedSubscriptionKeepsItsStore() {
    time.at(ofSeconds(1), () -> subscription().park());
    closeAt(ofMinutes(1));

    listen(stream(opens().events(1, 2)).withCursorStore(store));

    assertEquals(List.of("2"), store.saves);
  }

  @Test
  void memoryStoreKeepsTheCursorAmongSubscriptions() throws IOException {
    CursorStore memory = CursorStore.inMemory();
    assertNull(memory.load());

    listen(stream(opens().events(1, 2).declaresEnd()).withCursorStore(memory));

    assertEquals("2", memory.load());
  }

  @Test
  void badIntervalsAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> stream().withCursorStore(store, Duration.ZERO));
    assertThrows(NullPointerException.class, () -> stream().withCursorStore(null));
  }

  @Test
  void exceptionOfAStoreIsItsCause() {
    IllegalStateException thrown = new IllegalStateException("locked");
    CursorStore locked =
        new CursorStore() {
          @Override
          public @Nullable String load() {
            throw thrown;
          }

          @Override
          public void save(String checkpoint) {
            throw thrown;
          }
        };

    listen(stream().withCursorStore(locked));

    assertSame(thrown, recorder.takeFailure().getCause());
  }
}
