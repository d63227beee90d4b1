package dev.perennial.internal.resume;

import dev.perennial.CursorStore;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Timekeeper;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one subscription on its store: only who has it may call the store. A live
 * subscription has it from its begin to its end, an ended one while it saves a late move. A store
 * whose save hangs stays claimed until that save is over.
 *
 * <p>Taken and released by one thread at a time. No lock is held while the store is called.
 */
final class StoreClaim {
  /** How long a subscription waits for the last save of an ended one. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final Map<Object, StoreClaim> CLAIMS = new ConcurrentHashMap<>();

  /** Notified when a claim was released. */
  private static final Set<Runnable> WAITING = ConcurrentHashMap.newKeySet();

  private final CursorStore store;
  private final Owner owner;

  /** Null until the store is asked for it. */
  private volatile @Nullable Object key;

  /** Keeps other processes out; null while it does not. */
  private volatile @Nullable Closeable lock;

  /** What has a claim. Any thread. */
  interface Owner {

    /** Whether it will release the claim without being asked. */
    boolean isLeaving();

    /** Whether it has ended, and has the claim for a save only. */
    boolean hasEnded();

    /** Releases the claim of an ended one if its save has not begun, and perhaps never will. */
    void giveUpUnbegunSave();
  }

  /** What waits for a claim. Any thread. */
  interface Waiter {

    /** Waits until {@code condition} holds; returns false when the subscription is to end. */
    boolean awaitUnlessEnding(BooleanSupplier condition) throws InterruptedException;

    /** Makes {@link #awaitUnlessEnding} check its condition again. */
    void changed();
  }

  StoreClaim(CursorStore store, Owner owner) {
    this.store = store;
    this.owner = owner;
  }

  /**
   * Takes the store for a subscription that begins; waits for one that is being closed, and a while
   * for the last save of one that has ended. The engine thread.
   *
   * @return false when the subscription is to end instead
   * @throws StreamException when the store is in use
   */
  boolean take(Waiter waiter, Timekeeper time) throws InterruptedException {
    Object itsKey = key();
    Runnable checkAgain = waiter::changed;
    WAITING.add(checkAgain); // Before the first look.
    try {
      StoreClaim other = CLAIMS.putIfAbsent(itsKey, this);
      while (other != null) {
        if (!other.awaitRelease(store, waiter, time)) {
          return false;
        }
        other = CLAIMS.putIfAbsent(itsKey, this);
      }
    } finally {
      WAITING.remove(checkAgain);
    }
    try {
      lock();
    } catch (IOException e) {
      release();
      throw new StreamException(Reason.CURSOR_STORE, "The store is in use: " + e.getMessage(), e);
    }
    return true;
  }

  /** Waits on behalf of another subscription; false when that one is to end. */
  private boolean awaitRelease(CursorStore asked, Waiter waiter, Timekeeper time)
      throws InterruptedException {
    if (!owner.isLeaving()) {
      throw inUse(
          "The store serves another live subscription, and each needs one of its own: ", asked);
    }
    AtomicBoolean isTimeUp = new AtomicBoolean();
    Timekeeper.Timer timer =
        time.schedule(
            () -> {
              isTimeUp.set(true);
              waiter.changed();
            },
            PATIENCE_NANOS);
    try {
      if (!waiter.awaitUnlessEnding(() -> isTimeUp.get() || !isHeld())) {
        return false;
      }
    } finally {
      timer.close();
    }
    if (isTimeUp.get() && owner.hasEnded()) {
      owner.giveUpUnbegunSave();
      if (isHeld()) {
        throw inUse(
            "The last save of a subscription that has ended still occupies the store: ", asked);
      }
    }
    return true;
  }

  private boolean isHeld() {
    Object itsKey = key;
    return itsKey != null && CLAIMS.get(itsKey) == this;
  }

  private StreamException inUse(String why, CursorStore asked) {
    String names = store.equals(asked) ? "" + store : asked + ", which is also " + store;
    return new StreamException(Reason.CURSOR_STORE, why + names, null);
  }

  /**
   * Takes the store again for a late save, or keeps it.
   *
   * @return false when another subscription or another process has it
   */
  boolean takeAgain() {
    StoreClaim other = CLAIMS.putIfAbsent(key(), this);
    if (other != null) {
      return other == this;
    }
    try {
      lock();
      return true;
    } catch (IOException e) {
      release();
      return false;
    }
  }

  private Object key() {
    Object known = key;
    if (known == null) {
      known = store instanceof Exclusive exclusive ? exclusive.key() : store;
      key = known;
    }
    return known;
  }

  private void lock() throws IOException {
    if (store instanceof Exclusive exclusive) {
      lock = exclusive.lock();
    }
  }

  /** Releases the store, if this has it. */
  void release() {
    if (!isHeld()) {
      return;
    }
    Closeable held = lock;
    lock = null;
    try {
      if (held != null) {
        held.close(); // First: the next subscription takes it at once.
      }
    } catch (IOException e) {
      // Nothing was written to the lock's file, so its lock is released all the same.
    } finally {
      CLAIMS.remove(key(), this);
      WAITING.forEach(Runnable::run);
    }
  }
}
