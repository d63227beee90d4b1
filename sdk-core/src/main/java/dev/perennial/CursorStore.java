package dev.perennial;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the acknowledged cursor across restarts, and nothing else. A store serves one live
 * subscription at a time; a second one is refused, unless the first is being closed: then it waits.
 *
 * <p>Called by one thread at a time, never by the consumer's. A load that fails ends the
 * subscription: it never starts from now in silence. A save that fails is told to the observer and
 * tried again.
 *
 * @since 0.1.0
 */
public interface CursorStore {

  /**
   * The cursor that was saved last; null when none was.
   *
   * @throws IOException when that cannot be known
   */
  @Nullable String load() throws IOException;

  /**
   * Keeps a cursor in place of the last one. After a crash in the middle of this the store has the
   * old one or the new one.
   *
   * @throws IOException when it could not be kept
   */
  void save(String checkpoint) throws IOException;

  /**
   * A store in a file, replaced as a whole with each save. The file has a line that names its
   * format, then the cursor with its length and checksum; another file is refused in words, never
   * overwritten.
   */
  static CursorStore file(Path path) {
    return new FileCursorStore(path);
  }

  /** A store that lives as long as the object: for tests, and for subscriptions that come back. */
  static CursorStore inMemory() {
    return new MemoryCursorStore();
  }
}
