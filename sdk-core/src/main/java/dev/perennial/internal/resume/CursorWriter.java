package dev.perennial.internal.resume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.CursorStore;
import dev.perennial.StreamException;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Saves the acknowledged cursor to its store: after a delay, so that many moves cost one save, and
 * at the end of the subscription. A save that failed is tried again.
 *
 * <p>Delayed saves run on a helper thread, since a store may block; the last one runs on the thread
 * that ends the subscription. There are two locks. {@code saving} is held while the store is
 * called, so that saves do not overtake each other. {@code lock} guards the timer, is never held
 * while the store is called, and is never taken with {@code saving} held.
 */
public final class CursorWriter {
  /** Which subscription may write: a live one, or an ended one that saves a late move. */
  private static final Map<CursorStore, CursorWriter> OWNERS = new ConcurrentHashMap<>();

  /** Notified when a writer has given up its store. */
  private static final Set<Runnable> WAITING = ConcurrentHashMap.newKeySet();

  private final CursorStore store;
  private final long everyNanos;
  private final Timekeeper time;
  private final Executor helpers;
  private final Supplier<@Nullable String> cursor;
  private final Host host;

  private final ReentrantLock saving = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private Timekeeper.Timer timer = () -> {};

  private volatile boolean isScheduled; // Written with lock held.
  private volatile boolean hasEnded;

  /** Notified of each save that failed, on the thread that saved. */
  private volatile Consumer<StreamException> saveFailed = failure -> {};

  /** The cursor that the store holds. */
  @GuardedBy("saving")
  private @Nullable String saved;

  /** Nothing is ever saved over a cursor that could not be loaded. */
  @GuardedBy("saving")
  private boolean isLoaded;

  /** The subscription whose cursor is saved. Any thread. */
  public interface Host {

    /** Waits until {@code condition} holds; returns false when the subscription is to end. */
    boolean awaitUnlessEnding(BooleanSupplier condition) throws InterruptedException;

    /** Makes {@link #awaitUnlessEnding} check its condition again. */
    void changed();

    /** Whether the subscription is to end. */
    boolean isEnding();
  }

  public CursorWriter(
      CursorStore store,
      long everyNanos,
      Timekeeper time,
      Executor helpers,
      Supplier<@Nullable String> cursor,
      Host host) {
    this.store = store;
    this.everyNanos = everyNanos;
    this.time = time;
    this.helpers = helpers;
    this.cursor = cursor;
    this.host = host;
  }

  /**
   * Takes the store for this subscription and loads the cursor to start after; null when it holds
   * none. The engine thread.
   *
   * @param saveFailed notified of each save that fails
   * @throws StreamException when another live subscription has the store, or the load failed
   */
  public @Nullable String begin(Consumer<StreamException> saveFailed) throws InterruptedException {
    this.saveFailed = saveFailed;
    if (!takeStore()) {
      throw new StreamException(
          StreamException.Reason.CURSOR_STORE,
          "The store serves another live subscription, and each needs one of its own: " + store,
          null);
    }
    String start;
    try {
      start = loaded();
    } catch (IOException | RuntimeException e) {
      throw new StreamException(
          StreamException.Reason.CURSOR_STORE,
          "The cursor could not be loaded from " + store + ": " + text(e),
          e);
    }
    saving.lock();
    try {
      saved = start;
      isLoaded = true;
    } finally {
      saving.unlock();
    }
    return start;
  }

  private @Nullable String loaded() throws IOException {
    String loaded = store.load();
    return loaded == null || loaded.isEmpty() ? null : loaded;
  }

  /** Waits for a subscription that is being closed; false when a live one has the store. */
  private boolean takeStore() throws InterruptedException {
    Runnable checkAgain = host::changed;
    WAITING.add(checkAgain); // Before the first look.
    try {
      while (true) {
        CursorWriter owner = OWNERS.putIfAbsent(store, this);
        if (owner == null) {
          return true;
        } else if (!owner.isLeaving() || !host.awaitUnlessEnding(() -> !isBeingLeft())) {
          return false;
        }
      }
    } finally {
      WAITING.remove(checkAgain);
    }
  }

  private boolean isBeingLeft() {
    CursorWriter owner = OWNERS.get(store);
    return owner != null && owner.isLeaving();
  }

  private boolean isLeaving() {
    return hasEnded || host.isEnding();
  }

  /** Gives up the store when no save is under way. */
  private void leave() {
    saving.lock();
    try {
      hasEnded = true;
      giveUpStore();
    } finally {
      saving.unlock();
    }
  }

  private void giveUpStore() {
    OWNERS.remove(store, this);
    WAITING.forEach(Runnable::run);
  }

  /** Notes that the cursor has moved. Any thread; called for each event, so it is cheap. */
  void moved() {
    if (isScheduled) {
      return; // The next save sees where the cursor is then.
    }
    lock.lock();
    try {
      if (isScheduled) {
        return;
      }
      isScheduled = true;
      if (!hasEnded) {
        timer = time.schedule(this::saveOnHelper, everyNanos);
        return;
      }
    } finally {
      lock.unlock();
    }
    saveOnHelper(); // No timer outlives the subscription.
  }

  private void saveOnHelper() {
    try {
      helpers.execute(this::saveDelayed);
    } catch (RuntimeException refusal) {
      unschedule(); // The next move tries again, and the end saves on the engine thread.
    }
  }

  private void saveDelayed() {
    unschedule();
    if (!saveNow() && !hasEnded) {
      moved(); // Tries again.
    }
  }

  private void unschedule() {
    lock.lock();
    try {
      isScheduled = false;
      timer.close();
    } finally {
      lock.unlock();
    }
  }

  /** Saves; false when that failed, which was reported. */
  private boolean saveNow() {
    StreamException failure = save();
    if (failure != null) {
      saveFailed.accept(failure);
    }
    return failure == null;
  }

  /** Saves on the calling thread what would be saved after the delay. Any thread. */
  public void flush() {
    unschedule(); // Before the save: a move during it schedules another one.
    saveNow();
  }

  /**
   * Saves for the last time; another subscription may take the store. Later acknowledgements are
   * still saved, unless another subscription has the store by then. The engine thread.
   */
  public void end() {
    flush();
    leave();
  }

  private @Nullable StreamException save() {
    saving.lock();
    try {
      String current = cursor.get();
      if (!isLoaded || Objects.equals(current, saved)) {
        return null;
      }
      CursorWriter owner = OWNERS.putIfAbsent(store, this);
      if (owner != null && owner != this) {
        return null; // That subscription knows its own place in the stream.
      }
      try {
        if (hasEnded && !Objects.equals(loaded(), saved)) {
          return null; // Another subscription has moved the cursor since.
        }
        store.save(current == null ? "" : current);
        saved = current;
      } finally {
        if (hasEnded) {
          giveUpStore();
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      return new StreamException(
          StreamException.Reason.CURSOR_STORE,
          "The cursor could not be saved to " + store + ": " + text(e),
          e);
    } finally {
      saving.unlock();
    }
  }

  /** A file system's exception has only the path for its message. */
  private static String text(Exception e) {
    String message = e.getMessage();
    return message == null || e instanceof FileSystemException ? e.toString() : message;
  }
}
