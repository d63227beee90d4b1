package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailCursorFileTest {
  @TempDir private Path folder;
  private final FakeEventLog log = FakeEventLog.retaining(100);
  private FakeSseServer server;
  private Path file;

  @BeforeEach
  void startServer() throws IOException {
    server = FakeSseServer.start(log);
    file = folder.resolve("ticks.cursor");
    log.append("a");
    log.append("b");
    log.append("c");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void nextRunStartsAfterTheLastPrintedEvent() {
    CommandRun first = tail("-n2");
    CommandRun second = tail("-n1");

    assertEquals("{\"id\":\"3\",\"type\":\"message\",\"data\":\"c\"}\n", second.out());
    assertEquals("open", first.errLines().get(1));
    assertEquals("open, resumed after id 2", second.errLines().get(1));
    assertNull(server.requests().get(0).cursor());
    assertEquals("2", server.requests().get(1).cursor());
    assertEquals(0, second.exitCode(), second::toString);
  }

  @Test
  void lastEventIdAppliesOnlyWhileTheFileHasNoCursor() {
    CommandRun first = tail("--last-event-id=1", "-n1");
    CommandRun second = tail("--last-event-id=1", "-n1");

    assertTrue(first.out().contains("\"data\":\"b\""), first::toString);
    assertTrue(second.out().contains("\"data\":\"c\""), second::toString);
  }

  @Test
  void eventThatCouldNotBePrintedIsPrintedByTheNextRun() {
    OutputStream closedAfterOne =
        new ByteArrayOutputStream() {
          @Override
          public void write(byte[] bytes) throws IOException {
            if (size() > 0) {
              throw new IOException("Broken pipe");
            }
            super.write(bytes);
          }
        };

    CommandRun first = CommandRun.prepared().runWithOutput(closedAfterOne, args());
    CommandRun second = tail("-n1");

    assertEquals(0, first.exitCode(), first::toString);
    assertTrue(second.out().contains("\"data\":\"b\""), second::toString);
  }

  @Test
  void eventThatWasNotFlushedIsPrintedByTheNextRun() {
    OutputStream full =
        new ByteArrayOutputStream() {
          @Override
          public void flush() throws IOException {
            throw new IOException("No space left on device");
          }
        };

    CommandRun.prepared().runWithOutput(full, args());
    CommandRun second = tail("-n1");

    assertTrue(second.out().contains("\"data\":\"a\""), second::toString);
  }

  @Test
  void fileOfAnotherProgramIsRejectedAndUnchanged() throws IOException {
    Files.writeString(file, "my notes\n");

    CommandRun run = tail("-q");

    assertEquals(
        List.of(
            "perennial tail: The cursor file "
                + file
                + " cannot be used, it does not begin with \"perennial-cursor 1\" and may be"
                + " another program's. Remove it to start without a cursor"),
        run.errLines());
    assertEquals(3, run.exitCode());
    assertEquals("my notes\n", Files.readString(file));
    assertEquals(List.of(), server.requests());
  }

  @Test
  void damagedFileIsRejectedAndUnchanged() throws IOException {
    tail("-n2");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    CommandRun run = tail("-q");

    assertEquals(
        List.of(
            "perennial tail: The cursor file "
                + file
                + " cannot be used, its length or checksum is wrong: the file is damaged. Remove it"
                + " to start without a cursor"),
        run.errLines());
    assertEquals(3, run.exitCode());
    assertEquals(new String(bytes, UTF_8), Files.readString(file));
  }

  @Test
  void folderIsRejected() {
    file = folder;

    CommandRun run = tail("-q");

    assertEquals(
        List.of("perennial tail: --cursor-file must be a file but " + folder + " is a folder"),
        run.errLines());
    assertEquals(3, run.exitCode());
  }

  @Test
  void fileInAMissingFolderIsRejected() {
    file = folder.resolve("none/ticks.cursor");

    CommandRun run = tail("-q");

    assertEquals(
        List.of(
            "perennial tail: --cursor-file must be in an existing folder but "
                + folder.resolve("none")
                + " does not exist"),
        run.errLines());
    assertEquals(3, run.exitCode());
    assertEquals(List.of(), server.requests());
  }

  @Test
  void cursorThatCannotBeSavedFails() throws IOException {
    Path doomed = Files.createDirectory(folder.resolve("doomed"));
    file = doomed.resolve("ticks.cursor");
    OutputStream folderGoes =
        new ByteArrayOutputStream() {
          @Override
          public void flush() throws IOException {
            Files.deleteIfExists(doomed.resolve("ticks.cursor.lock"));
            Files.deleteIfExists(doomed);
          }
        };

    CommandRun run = CommandRun.prepared().runWithOutput(folderGoes, args("-n1"));

    String last = run.errLines().get(run.errLines().size() - 1);
    assertTrue(last.startsWith("perennial tail: The cursor could not be saved to "), run::toString);
    assertTrue(last.endsWith("; the next run will print some events again"), last);
    assertEquals(1, run.exitCode());
  }

  @Test
  void storedCursorThatIsGoneSuggestsToDeleteTheFile() throws IOException {
    CursorStore.file(file).save("no-such-event");

    CommandRun run = tail("-q");

    assertEquals(1, run.errLines().size(), run::toString);
    assertTrue(run.err().startsWith("perennial tail: Events are missing: "), run::toString);
    assertTrue(
        run.err().endsWith(" (delete " + file + " to start without a cursor)\n"), run::toString);
    assertEquals(3, run.exitCode());
    assertEquals("no-such-event", CursorStore.file(file).load());
  }

  @Test
  void serverCannotControlTheTerminalWithAnId() throws IOException {
    CursorStore.file(file).save("\u001b[31m1");
    server.answerNext(200, List.of("Content-Type: text/event-stream"), "data: a\n\n");

    CommandRun run = tail("-n1");

    assertTrue(run.toString().contains("it has a control character"), run::toString);
    assertFalse(run.toString().contains("\u001b"), run::toString);
  }

  private CommandRun tail(String... options) {
    return CommandRun.of(args(options));
  }

  private String[] args(String... options) {
    List<String> args = new ArrayList<>(List.of("tail", "--json", "--cursor-file=" + file));
    args.addAll(List.of(options));
    args.add(server.uri("/ticks").toString());
    return args.toArray(String[]::new);
  }
}
