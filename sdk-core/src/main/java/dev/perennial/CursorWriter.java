package dev.perennial;

import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the acknowledged cursor to its store: late, at most once in a while, and at the end. A
 * save that failed is tried again. Saves run on a helper's thread, since a store may block.
 */
final class CursorWriter {
  /** Who may write: a live subscription, or one that has ended while it saves what came late. */
  private static final Map<CursorStore, CursorWriter> OWNERS = new ConcurrentHashMap<>();

  /** What to do when somebody has given a store away. */
  private static final Set<Runnable> WAITING = ConcurrentHashMap.newKeySet();

  private final CursorStore store;
  private final long everyNanos;
  private final Timekeeper time;
  private final Executor helpers;
  private final AcknowledgedCursor acknowledged;
  private final EngineSignals controls;

  /** Hears of each save that failed, on the helper's thread. */
  private final Failed failed;

  /** Held while saving: one save at a time, the last one with the last cursor. */
  private final ReentrantLock saving = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();

  private volatile boolean isScheduled; // Written with the lock held.
  private Timekeeper.Timer timer = () -> {}; // Guarded by lock.
  private volatile boolean hasEnded;

  /** The cursor that the store has. Guarded by {@link #saving}. */
  private @Nullable String saved;

  /** Nothing is ever saved over what could not be loaded. Guarded by {@link #saving}. */
  private boolean isLoaded;

  /** Hears of saves that failed. */
  interface Failed {
    void failed(StreamException failure);
  }

  CursorWriter(
      CursorStore store,
      long everyNanos,
      Timekeeper time,
      Executor helpers,
      AcknowledgedCursor acknowledged,
      EngineSignals controls,
      Failed failed) {
    this.store = store;
    this.everyNanos = everyNanos;
    this.time = time;
    this.helpers = helpers;
    this.acknowledged = acknowledged;
    this.controls = controls;
    this.failed = failed;
  }

  /**
   * Takes the store for this subscription, and loads the cursor to start after; null when it holds
   * none.
   *
   * @throws StreamException when another live subscription has the store, or the load failed
   */
  @Nullable String begin() throws InterruptedException {
    if (!take()) {
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
          "The cursor could not be loaded from " + store + ": " + words(e),
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

  /** An empty cursor is none. */
  private @Nullable String loaded() throws IOException {
    String loaded = store.load();
    return loaded == null || loaded.isEmpty() ? null : loaded;
  }

  /** False when a live subscription has the store; one that is being closed is waited for. */
  private boolean take() throws InterruptedException {
    Runnable again = controls::outletChanged;
    WAITING.add(again); // Before the look.
    try {
      while (true) {
        CursorWriter owner = OWNERS.putIfAbsent(store, this);
        if (owner == null) {
          return true;
        } else if (!owner.isLeaving() || !controls.awaitUnparked()) {
          return false;
        }
        controls.awaitDemand(() -> isBeingLeft() ? 0 : 1);
      }
    } finally {
      WAITING.remove(again);
    }
  }

  private boolean isBeingLeft() {
    CursorWriter owner = OWNERS.get(store);
    return owner != null && owner.isLeaving();
  }

  private boolean isLeaving() {
    return hasEnded || controls.isEnding();
  }

  /** Gives the store away, when no save is under way. */
  private void leave() {
    saving.lock();
    try {
      hasEnded = true;
      giveAway();
    } finally {
      saving.unlock();
    }
  }

  private void giveAway() {
    OWNERS.remove(store, this);
    WAITING.forEach(Runnable::run);
  }

  /** The acknowledged cursor has moved. By any thread; often, so it does next to nothing. */
  void moved() {
    if (isScheduled) {
      return; // The save to come sees where the cursor is then.
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
      helpers.execute(this::saveLate);
    } catch (RuntimeException refusal) {
      unschedule(); // The next move asks again, and the end saves on the engine's own thread.
    }
  }

  private void saveLate() {
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

  /** Saves what was acknowledged since the last save; false when that failed, which was told. */
  private boolean saveNow() {
    StreamException failure = save();
    if (failure != null) {
      failed.failed(failure);
    }
    return failure == null;
  }

  /** Saves now, on the calling thread, what would be saved late. */
  void flush() {
    unschedule(); // Before the save: what moves the cursor meanwhile is saved late.
    saveNow();
  }

  /**
   * The subscription has ended, and another one may take the store. What its consumer acknowledges
   * later is still saved, unless another one has the store by then.
   */
  void end() {
    flush();
    leave();
  }

  private @Nullable StreamException save() {
    saving.lock();
    try {
      String cursor = acknowledged.cursor();
      if (!isLoaded || Objects.equals(cursor, saved)) {
        return null;
      }
      CursorWriter owner = OWNERS.putIfAbsent(store, this);
      if (owner != null && owner != this) {
        return null; // It knows its own place in the stream.
      }
      try {
        if (hasEnded && !Objects.equals(loaded(), saved)) {
          return null; // Somebody else has gone on from here.
        }
        store.save(cursor == null ? "" : cursor);
        saved = cursor;
      } finally {
        if (hasEnded) {
          giveAway();
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      return new StreamException(
          StreamException.Reason.CURSOR_STORE,
          "The cursor could not be saved to " + store + ": " + words(e),
          e);
    } finally {
      saving.unlock();
    }
  }

  /** A file's exception has the path alone for its message. */
  private static String words(Exception e) {
    String message = e.getMessage();
    return message == null || e instanceof FileSystemException ? e.toString() : message;
  }
}
