package dev.perennial;

import dev.perennial.internal.resume.CursorFile;
import dev.perennial.internal.resume.Exclusive;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the acknowledged cursor across restarts, and nothing else. A store serves one live
 * subscription at a time. A second one is refused, unless the first is being closed: then it waits.
 *
 * <p>Called by one thread at a time, never by the consumer's. A load that fails ends the
 * subscription, which never silently starts at the live position. A save that fails, with whatever
 * it throws, is reported to the observer and tried again.
 *
 * <p>A load may block, too, but nothing can go on without it: the subscription neither connects nor
 * ends before it has returned, and it holds the subscription's thread. {@code close()} returns
 * nevertheless. A store over a network should therefore limit the time that it loads for.
 *
 * <p>A save may block: the subscription continues without it, and the next save waits until it is
 * over. At its end a subscription waits at most a second for the last save. If that is not over by
 * then, this is reported to the observer as a cursor that was not saved, the subscription is
 * closed, and no other one gets the store before the save has returned.
 *
 * @since 0.1.0
 */
public interface CursorStore {

  /**
   * Returns the cursor that was saved last; null when none was.
   *
   * @throws IOException when it cannot be read
   */
  @Nullable String load() throws IOException;

  /**
   * Replaces the saved cursor. After a crash in the middle of this the store holds the old one or
   * the new one.
   *
   * @throws IOException when it could not be saved
   */
  void save(String checkpoint) throws IOException;

  /**
   * A store in a file, which each save replaces as a whole. The file has a line that names its
   * format, then the cursor with its length and checksum. Another file at this path is refused with
   * an explanation and never overwritten.
   *
   * <p>A subscription locks the file for as long as it lives, by a lock of the operating system on
   * the file next to it whose name ends in {@code .lock}. A second subscription is refused, also in
   * another process, and by whatever name it has for the file. The lock file stays; the lock ends
   * with the process. Where the file system has no locks, only this process is watched.
   *
   * <pre>{@code
   * stream.withCursorStore(CursorStore.file(Path.of("ticks.cursor")));
   * }</pre>
   */
  static CursorStore file(Path path) {
    record InFile(CursorFile file) implements CursorStore, Exclusive {
      @Override
      public @Nullable String load() throws IOException {
        return file.load();
      }

      @Override
      public void save(String checkpoint) throws IOException {
        file.save(checkpoint);
      }

      @Override
      public Object key() {
        return file.key();
      }

      @Override
      public Closeable lock() throws IOException {
        return file.lock();
      }

      @Override
      public String toString() {
        return file.toString();
      }
    }
    return new InFile(new CursorFile(path));
  }

  /** A store that lives as long as the object: for tests, and for subscriptions that come back. */
  static CursorStore inMemory() {
    AtomicReference<@Nullable String> cursor = new AtomicReference<>();
    return new CursorStore() {
      @Override
      public @Nullable String load() {
        return cursor.get();
      }

      @Override
      public void save(String checkpoint) {
        cursor.set(checkpoint);
      }

      @Override
      public String toString() {
        return "CursorStore.inMemory()";
      }
    };
  }
}
