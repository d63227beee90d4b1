package dev.perennial.cli.tail;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.cli.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The file of {@code --cursor-file}, which keeps the cursor from one run to the next. */
final class CursorFile {
  /** Printing acknowledges each event at once, so this limit is never reached. */
  private static final int MAX_UNACKNOWLEDGED = 256;

  private final Path path;
  private final CursorStore store;
  private final Terminal terminal;

  /** The last failure to save; null while there was none. */
  private volatile @Nullable StreamException failure;

  CursorFile(Path path, Terminal terminal) {
    this.path = path;
    this.store = CursorStore.file(path);
    this.terminal = terminal;
  }

  /** Returns why the file cannot be read or written; null when it can. */
  @Nullable String unusable() {
    Path folder = path.toAbsolutePath().getParent();
    if (Files.isDirectory(path)) {
      return "--cursor-file must be a file but " + path + " is a folder";
    }
    if (folder == null || !Files.isDirectory(folder)) {
      return "--cursor-file must be in an existing folder but " + folder + " does not exist";
    }
    if (!Files.isWritable(folder)) {
      return "--cursor-file must be in a writable folder but " + folder + " is not writable";
    }
    try {
      store.load();
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /** Returns the stream with this file as its cursor store. */
  EventStream<String> storing(EventStream<String> stream) {
    return stream.withCursorStore(store).withManualAcknowledgement(MAX_UNACKNOWLEDGED);
  }

  /** Reports a failure to save; only the first, since saving is retried four times a second. */
  void notSaved(StreamException newFailure) {
    if (failure == null) {
      terminal.printWarning(newFailure.getMessage() + "; retrying");
    }
    failure = newFailure;
  }

  /**
   * Checks at the end that the file holds {@code cursor}.
   *
   * @param cursor the last one of the stream; null when it had none
   * @return why the file does not hold it; null when it does
   */
  @Nullable String outdated(@Nullable String cursor) {
    StreamException last = failure;
    if (last == null || Objects.equals(cursor, stored())) {
      return null;
    }
    return last.getMessage() + "; the next run will print some events again";
  }

  private @Nullable String stored() {
    try {
      String cursor = store.load();
      return cursor == null || cursor.isEmpty() ? null : cursor;
    } catch (IOException e) {
      return null; // The file no longer exists or cannot be read.
    }
  }
}
