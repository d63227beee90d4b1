package dev.perennial.internal.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cursor in a file: the old one or the new one after a crash, and never something else. */
class CursorFileTest {
  @TempDir Path folder;
  private Path path;
  private CursorStore store;

  @BeforeEach
  void open() {
    path = folder.resolve("ticks.cursor");
    store = CursorStore.file(path);
  }

  @Test
  void nothingIsHeldBeforeTheFirstSave() throws IOException {
    assertNull(store.load());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "41",
        "",
        "[{\"topic\":\"a\",\"partition\":0,\"offset\":-1}]",
        "größer 🌊",
        "two\nlines\n",
        "perennial-cursor 1 2 0\n41"
      })
  void anyCursorComesBackAsItWas(String cursor) throws IOException {
    store.save(cursor);

    assertEquals(cursor, CursorStore.file(path).load());
  }

  @Test
  void longCursorComesBack() throws IOException {
    String cursor = "x".repeat(100_000);
    store.save(cursor);

    assertEquals(cursor, store.load());
  }

  @Test
  void lastSaveWins() throws IOException {
    store.save("a long one");
    store.save("2");

    assertEquals("2", store.load());
    assertEquals(1, Files.list(folder).count(), "no other file stays behind");
  }

  @Test
  void crashWhileTheNewFileIsWrittenLeavesTheOldCursor() throws IOException {
    store.save("2");
    byte[] fresh = Files.readAllBytes(path);
    store.save("1");
    for (int length = 0; length <= fresh.length; length++) {
      Files.write(folder.resolve("ticks.cursor.new"), Arrays.copyOf(fresh, length));

      assertEquals("1", store.load(), "after " + length + " bytes");
    }
    store.save("3");
    assertEquals("3", store.load());
  }

  @Test
  void fileThatIsCutAtAnyByteIsRefused() throws IOException {
    store.save("4711");
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));

      assertRefused("after " + length + " bytes");
    }
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    store.save("4711");
    byte[] whole = Files.readAllBytes(path);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(path, damaged);

      assertRefused("with bit " + bit + " flipped");
    }
  }

  @Test
  void fileOfAnotherProgramIsRefusedAndKept() throws IOException {
    Files.writeString(path, "[section]\nkey = value\n");

    IOException refusal = assertRefused("of another program");

    assertTrue(refusal.getMessage().contains(path.toString()), refusal::getMessage);
    assertTrue(refusal.getMessage().contains("another program's"), refusal::getMessage);
    assertEquals("[section]\nkey = value\n", Files.readString(path));
  }

  @Test
  void hugeFileIsRefusedUnread() throws IOException {
    Files.write(path, new byte[2 * 1024 * 1024]);

    IOException refusal = assertRefused("of 2 MiB");
    assertTrue(refusal.getMessage().contains("2097152 bytes"), refusal::getMessage);
  }

  @Test
  void folderThatIsMissingIsNamed() {
    Path missing = folder.resolve("missing/ticks.cursor");

    IOException refusal =
        assertThrows(IOException.class, () -> CursorStore.file(missing).save("1"));
    assertTrue(refusal.getMessage().contains("missing"), refusal::getMessage);
  }

  @Test
  void cursorThatIsTooLongIsRefusedBeforeItCouldNotBeRead() {
    IOException refusal =
        assertThrows(IOException.class, () -> store.save("x".repeat(2 * 1024 * 1024)));
    assertTrue(refusal.getMessage().contains("2097152"), refusal::getMessage);
  }

  @Test
  void interruptOfTheCallerChangesNothing() throws IOException {
    Thread.currentThread().interrupt();
    try {
      store.save("41");
      assertEquals("41", store.load());
    } finally {
      assertTrue(Thread.interrupted(), "it is still set");
    }
    assertEquals(1, Files.list(folder).count(), "no other file stays behind");
  }

  @Test
  void saveThatFailedLeavesNoFileBehind() throws IOException {
    Files.createDirectories(path.resolve("not empty"));

    assertThrows(IOException.class, () -> store.save("41"));

    assertEquals(1, Files.list(folder).count());
  }

  @Test
  void linkToTheFileStaysALink() throws IOException {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of("ticks.cursor"));

    CursorStore.file(link).save("41"); // The file is not there yet.

    assertTrue(Files.isSymbolicLink(link));
    assertEquals("41", store.load());
    assertEquals(new CursorFile(path).key(), new CursorFile(link).key());
  }

  @Test
  void linksInACircleAreRefused() throws IOException {
    Files.createSymbolicLink(path, folder.resolve("b"));
    Files.createSymbolicLink(folder.resolve("b"), path);

    assertThrows(IOException.class, () -> store.save("41"));
    assertEquals(path, new CursorFile(path).key());
  }

  @Test
  void secondLockIsRefusedUntilTheFirstIsClosed() throws IOException {
    CursorFile file = new CursorFile(path);
    Closeable lock = file.lock();

    IOException refusal = assertThrows(IOException.class, file::lock);

    assertTrue(refusal.getMessage().contains(path.toString()), refusal::getMessage);
    assertTrue(refusal.getMessage().endsWith("ticks.cursor.lock"), refusal::getMessage);
    lock.close();
    file.lock().close();
  }

  @Test
  void samePathIsTheSameStore() {
    assertEquals(store, CursorStore.file(folder.resolve("x/../ticks.cursor")));
    assertEquals(store.hashCode(), CursorStore.file(path).hashCode());
    assertEquals("CursorStore.file(" + path + ")", store.toString());
  }

  private IOException assertRefused(String what) {
    return assertThrows(IOException.class, store::load, what);
  }
}
