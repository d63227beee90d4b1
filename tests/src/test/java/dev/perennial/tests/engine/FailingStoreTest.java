package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong with a save is reported, and the end comes all the same. */
@Timeout(60)
class FailingStoreTest extends EngineTest {
  @TempDir private Path folder;
  private final List<Throwable> causes = new ArrayList<>();

  /** Throws what a signature does not allow, as code of other languages does. */
  private final class ThrowingStore implements CursorStore {
    @Nullable Throwable thrown;
    @Nullable String held;

    ThrowingStore(Throwable thrown) {
      this.thrown = thrown;
    }

    @Override
    public @Nullable String load() {
      return held;
    }

    @Override
    public void save(String checkpoint) {
      if (thrown != null) {
        FailingStoreTest.<RuntimeException>sneak(thrown);
      }
      held = checkpoint;
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }

  static Stream<Throwable> undeclared() {
    return Stream.of(
        new NoClassDefFoundError("driver"), new StackOverflowError(), new Exception("db is down"));
  }

  @ParameterizedTest
  @MethodSource("undeclared")
  void undeclaredExceptionOfASaveIsReportedAtTheEnd(Throwable thrown) {
    ThrowingStore store = new ThrowingStore(thrown);

    listen(storing(store, opens().events(1, 3).declaresEnd()));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals(List.of(thrown), causes);
    assertEquals(new StreamState.Closed(null), subscription().state());
  }

  @ParameterizedTest
  @MethodSource("undeclared")
  void undeclaredExceptionOfASaveDoesNotKeepTheStoreAfterClose(Throwable thrown) {
    ThrowingStore store = new ThrowingStore(thrown);
    closeAt(ofMillis(100));
    listen(storing(store, opens().events(1, 3)));
    store.thrown = null;

    listen(storing(store, opens().events(4, 4).declaresEnd()));

    assertEquals("4", store.held);
  }

  @ParameterizedTest
  @MethodSource("undeclared")
  void saveThatThrewIsTriedAgain(Throwable thrown) {
    ThrowingStore store = new ThrowingStore(thrown);
    time.at(ofSeconds(1), () -> store.thrown = null);
    time.at(ofSeconds(2), () -> assertEquals("3", store.held));
    closeAt(ofSeconds(3));

    listen(storing(store, opens().events(1, 3)));

    assertSame(thrown, causes.get(0));
  }

  @ParameterizedTest
  @MethodSource("undeclared")
  void undeclaredExceptionOfALoadIsTheFailure(Throwable thrown) {
    CursorStore store =
        new CursorStore() {
          @Override
          public @Nullable String load() {
            FailingStoreTest.<RuntimeException>sneak(thrown);
            return null;
          }

          @Override
          public void save(String checkpoint) {}
        };

    listen(storing(store, opens()));

    StreamException failure = recorder.takeFailure();
    assertEquals(StreamException.Reason.CURSOR_STORE, failure.reason());
    assertSame(thrown, failure.getCause());
  }

  // ---- Helpers ----

  @Test
  void saveGoesOnAfterTheHelpersThrewAnError() throws IOException {
    CursorStore store = CursorStore.inMemory();
    int[] tasks = {0};
    Executor helpers =
        task -> {
          if (tasks[0]++ == 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          time.executor().execute(task);
        };
    time.at(ofSeconds(1), () -> assertEquals("3", store.load()));
    closeAt(ofSeconds(2));

    listen(storing(store, opens().events(1, 3)).withRuntime(runtime(helpers)));

    assertEquals(2, tasks[0]);
  }

  @Test
  void saveThatTheHelpersDroppedIsHandedOverAgain() {
    CursorStore store = CursorStore.inMemory();
    List<Runnable> dropped = new ArrayList<>();
    Executor helpers =
        task -> {
          if (dropped.isEmpty()) {
            dropped.add(task);
          } else {
            time.executor().execute(task);
          }
        };
    time.at(ofSeconds(5), () -> assertEquals(null, store.load()));
    time.at(ofSeconds(6), () -> assertEquals("3", store.load()));
    time.at(ofSeconds(7), () -> dropped.get(0).run()); // Late: nothing is saved twice.
    closeAt(ofSeconds(8));

    listen(storing(store, opens().events(1, 3)).withRuntime(runtime(helpers)));

    assertEquals(List.of(), causes);
  }

  @Test
  void lastSaveDoesNotNeedHelpersThatDropEverything() throws Exception {
    CursorStore store = CursorStore.inMemory();

    listen(storing(store, opens().events(1, 3).declaresEnd()).withRuntime(runtime(task -> {})));

    assertEquals("3", store.load());
    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals(ofSeconds(1), time.elapsed());
  }

  @Test
  void lateSaveThatWasDroppedDoesNotKeepTheStore() {
    CursorStore store = CursorStore.inMemory();
    boolean[] drops = {false};
    Executor helpers =
        task -> {
          if (!drops[0]) {
            time.executor().execute(task);
          }
        };
    List<Event<String>> kept = new ArrayList<>();
    recorder.onEvent(kept::add);
    listen(
        storing(store, opens().events(1, 1).declaresEnd())
            .withManualAcknowledgement(8)
            .withRuntime(runtime(helpers)));
    recorder.assertEvents("1");
    recorder.assertCompleted();
    drops[0] = true;
    kept.get(0).acknowledge();

    EventRecorder<String> second = EventRecorder.create();
    storing(store, opens().events(2, 2).declaresEnd()).subscribe(second.listener());
    run();

    second.assertEvents("2");
    second.assertCompleted();
  }

  // ---- Interrupts ----

  @Test
  void interruptThatACallbackLeavesDoesNotCostTheLastSave() throws IOException {
    Path file = folder.resolve("ticks.cursor");
    recorder.onEvent(
        event -> {
          if (event.data().equals("3")) {
            Thread.currentThread().interrupt();
          }
        });

    listen(storing(CursorStore.file(file), opens().events(1, 3)));

    assertTrue(Thread.interrupted(), "the interrupt is left as it was");
    recorder.assertEvents("1", "2", "3");
    assertEquals(StreamException.Reason.INTERRUPTED, recorder.takeFailure().reason());
    assertEquals("3", CursorStore.file(file).load());
    assertFalse(Files.exists(folder.resolve("ticks.cursor.new")));
    assertEquals(List.of(), causes);
  }

  // ---- Between the last save and the end ----

  @Test
  void acknowledgementDuringTheLastSaveIsSaved() {
    List<Event<String>> kept = new ArrayList<>();
    List<String> saves = new ArrayList<>();
    CursorStore store =
        new CursorStore() {
          private @Nullable String held;

          @Override
          public @Nullable String load() {
            return held;
          }

          @Override
          public void save(String checkpoint) {
            saves.add(checkpoint);
            held = checkpoint;
            kept.get(1).acknowledge();
          }
        };
    recorder.onEvent(
        event -> {
          kept.add(event);
          kept.get(0).acknowledge();
        });

    listen(storing(store, opens().events(1, 2).declaresEnd()).withManualAcknowledgement(8));

    assertEquals(List.of("1", "2"), saves);
  }

  private EventStream<String> storing(CursorStore store, ConnectionScript script) {
    return stream(script)
        .withCursorStore(store)
        .withObserver(
            new StreamObserver() {
              @Override
              public void onCursorNotSaved(StreamSubscription ours, StreamException failure) {
                causes.add(failure.getCause());
              }
            });
  }

  private StreamRuntime runtime(Executor helpers) {
    return StreamRuntime.builder()
        .timekeeper(time)
        .executor(time.executor())
        .helpers(helpers)
        .build();
  }
}
