package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

  @Test
  void twoNamesOfOneFileAreOneStore() throws IOException {
    Path file = folder.resolve("ticks.cursor");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("ticks.cursor"));
    EventRecorder<String> second = EventRecorder.create();
    EventStream<String> live = stream(opens().events(1, 2)).withCursorStore(CursorStore.file(file));
    EventStream<String> another =
        over(ScriptedTransport.of(time)).withCursorStore(CursorStore.file(link));
    time.at(Duration.ofSeconds(1), () -> another.subscribe(second.listener()));
    closeAt(Duration.ofSeconds(3));

    listen(live);

    assertEquals(
        "The store serves another live subscription, and each needs one of its own:"
            + " CursorStore.file("
            + link
            + "), which is also CursorStore.file("
            + file
            + ")",
        second.takeFailure().getMessage());
    assertEquals("2", CursorStore.file(link).load());
  }

  @Test
  void fileIsFreeUnderItsOtherNameAfterTheEnd() throws IOException {
    Path file = folder.resolve("ticks.cursor");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    listen(stream(opens().events(1, 1).declaresEnd()).withCursorStore(CursorStore.file(file)));

    listen(stream(opens().events(2, 2).declaresEnd()).withCursorStore(CursorStore.file(link)));

    assertEquals(List.of("1"), transport.cursors());
    assertEquals("2", CursorStore.file(file).load());
    assertTrue(Files.isSymbolicLink(link));
  }

  @Test
  void fileThatAnotherProcessUsesIsRefused() throws Exception {
    Path file = folder.resolve("ticks.cursor");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals('1', other.getInputStream().read());

      listen(stream().withCursorStore(CursorStore.file(file)));

      assertEquals(
          "The store is in use: The cursor file "
              + file
              + " is used by another process, which has locked "
              + file.toRealPath()
              + ".lock",
          recorder.takeFailure().getMessage());
    } finally {
      other.destroyForcibly().waitFor();
    }
    listen(stream(opens().events(2, 2).declaresEnd()).withCursorStore(CursorStore.file(file)));
    assertEquals(List.of("1"), transport.cursors(), "the lock has ended with the process");
  }

  /** Saves a first event, says so, and lives until it is killed. */
  static final class OtherProcess {
    public static void main(String[] args) throws Exception {
      VirtualTime time = VirtualTime.create();
      CursorStore store = CursorStore.file(Path.of(args[0]));
      time.at(
          Duration.ofSeconds(1),
          () -> {
            System.out.print(store.load());
            System.out.flush();
            new CountDownLatch(1).await(); // Until it is killed.
          });
      EventStream.of(
              ScriptedTransport.of(time, opens().events(1, 1).silence(Duration.ofMinutes(1))),
              Decoder.text())
          .withRuntime(time.runtime())
          .withCursorStore(store)
          .subscribe(event -> {});
      time.run();
    }
  }
}
