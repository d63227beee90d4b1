package dev.perennial.internal.resume;

import dev.perennial.CursorStore;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cursor that a store holds, as far as this subscription knows. Calls the store, and says in
 * words what failed there. One thread at a time loads or saves; any thread may ask for the value.
 */
final class StoredCursor {
  private final CursorStore store;

  /** What was loaded or saved last; null for nothing. */
  private volatile @Nullable String value;

  StoredCursor(CursorStore store) {
    this.store = store;
  }

  /** Returns whether the store holds this cursor, as far as is known. */
  boolean is(@Nullable String cursor) {
    return Objects.equals(cursor, value);
  }

  /**
   * Loads the cursor; null when the store holds none.
   *
   * @throws StreamException when the store throws
   */
  @Nullable String load() {
    try {
      value = loaded();
      return value;
    } catch (Throwable e) { // Whatever a store throws is the failure of its subscription.
      throw failure("The cursor could not be loaded from " + store + ": " + text(e), e);
    }
  }

  /** Returns whether another subscription has moved the cursor since. */
  boolean hasChanged() throws IOException {
    return !is(loaded());
  }

  /** Saves the cursor; null saves that there is none. */
  void save(@Nullable String cursor) throws IOException {
    store.save(cursor == null ? "" : cursor);
    value = cursor;
  }

  /** The failure of a save, for what {@link #save} or {@link #hasChanged} threw. */
  StreamException notSaved(Throwable e) {
    return failure("The cursor could not be saved to " + store + ": " + text(e), e);
  }

  /** The failure of a last save that was waited for in vain. */
  StreamException lastSaveHangs() {
    return failure(
        "The last save of the cursor to "
            + store
            + " has not returned within a second: the stored cursor may be an older one",
        null);
  }

  private @Nullable String loaded() throws IOException {
    String loaded = store.load();
    return loaded == null || loaded.isEmpty() ? null : loaded;
  }

  private static StreamException failure(String message, @Nullable Throwable cause) {
    return new StreamException(Reason.CURSOR_STORE, message, cause);
  }

  /** A file system's exception has only the path for its message. */
  private static String text(Throwable e) {
    String message = e.getMessage();
    return message == null || e instanceof FileSystemException ? e.toString() : message;
  }
}
