package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that a subscription cannot have stays as it is. */
class RefusedStoreTest extends EngineTest {
  @TempDir private Path folder;

  @Test
  void eachFurtherSubscriptionIsRefusedWhileTheFirstLives() throws IOException {
    CursorStore store = CursorStore.inMemory();
    EventStream<String> live =
        stream(opens().events(1, 2).silence(Duration.ofMinutes(1))).withCursorStore(store);
    EventRecorder<String> second = EventRecorder.create();
    EventRecorder<String> third = EventRecorder.create();
    EventStream<String> another =
        over(ScriptedTransport.of(time)).withCursorStore(store).withCursor("another's");
    time.at(Duration.ofSeconds(1), () -> another.subscribe(second.listener()));
    time.at(Duration.ofSeconds(2), () -> another.subscribe(third.listener()));
    closeAt(Duration.ofSeconds(3));

    listen(live);

    assertEquals(StreamException.Reason.CURSOR_STORE, second.takeFailure().reason());
    assertEquals(StreamException.Reason.CURSOR_STORE, third.takeFailure().reason());
    assertEquals("2", store.load());
  }

  @Test
  void oneThatIsRefusedSavesNothing() throws IOException {
    CursorStore store = CursorStore.inMemory();
    EventRecorder<String> second = EventRecorder.create();
    EventStream<String> live =
        stream(opens().silence(Duration.ofMinutes(1))).withCursorStore(store);
    EventStream<String> another =
        over(ScriptedTransport.of(time)).withCursorStore(store).withCursor("another's");
    time.at(Duration.ofSeconds(1), () -> another.subscribe(second.listener()));
    closeAt(Duration.ofSeconds(3));

    listen(live);

    assertNull(store.load());
  }

  @Test
  void aFileThatCannotBeReadIsNotWrittenOver() throws IOException {
    Path file = Files.writeString(folder.resolve("notes"), "my notes\n");

    listen(stream().withCursorStore(CursorStore.file(file)).withCursor("7"));

    assertEquals(StreamException.Reason.CURSOR_STORE, recorder.takeFailure().reason());
    assertEquals("my notes\n", Files.readString(file));
  }
}
