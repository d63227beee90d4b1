package dev.perennial.cli.tail;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The file that {@code tail} keeps its place in, from one run to the next. */
final class CursorFile {
  /** Printing acknowledges each event at once, so this holds nobody back. */
  private static final int MAX_UNACKNOWLEDGED = 256;

  private final Path path;
  private final CursorStore store;
  private final PrintStream err;
  private final TextStyle style;

  /** The last save that failed; null while none has. */
  private volatile @Nullable StreamException failure;

  CursorFile(Path path, Terminal terminal) {
    this.path = path;
    this.store = CursorStore.file(path);
    this.err = terminal.err();
    this.style = terminal.errStyle();
  }

  /** Why a cursor can neither be read from here nor be kept here; null when it can. */
  @Nullable String unusable() {
    Path folder = path.toAbsolutePath().getParent();
    if (Files.isDirectory(path)) {
      return "--cursor-file must be a file but " + path + " is a folder";
    }
    if (folder == null || !Files.isDirectory(folder)) {
      return "--cursor-file must be in a folder that exists but there is no " + folder;
    }
    if (!Files.isWritable(folder)) {
      return "--cursor-file must be in a folder that can be written to but " + folder + " cannot";
    }
    try {
      store.load();
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /** The stream as it goes on after the file's cursor and keeps it, event by event. */
  EventStream<String> keptFor(EventStream<String> stream) {
    return stream.withCursorStore(store).withManualAcknowledgement(MAX_UNACKNOWLEDGED);
  }

  /** A save has failed. Told once: it is tried again four times a second. */
  void notSaved(StreamException newFailure) {
    if (failure == null) {
      err.println(style.yellow(newFailure.getMessage() + "; it is tried again"));
    }
    failure = newFailure;
  }

  /**
   * Why the file has another cursor than this in the end; null when it has this one.
   *
   * @param cursor where the stream had come to; null when it had no cursor
   */
  @Nullable String notKept(@Nullable String cursor) {
    StreamException last = failure;
    if (last == null || Objects.equals(cursor, kept())) {
      return null;
    }
    return last.getMessage() + ": the next run begins earlier and prints events again";
  }

  private @Nullable String kept() {
    try {
      String cursor = store.load();
      return cursor == null || cursor.isEmpty() ? null : cursor;
    } catch (IOException e) {
      return null; // It is not there any more.
    }
  }
}
