package dev.perennial.internal.resume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.CursorStore;
import dev.perennial.StreamException;
import dev.perennial.internal.time.EngineThreads;
import dev.perennial.internal.time.SystemTimekeeper;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Saves the acknowledged cursor to its store: after a delay, so that many moves cost one save, and
 * at the end of the subscription. A save that failed is tried again.
 *
 * <h2>One save at a time</h2>
 *
 * A store may block, so a helper thread calls it, and none of ours ever waits for it without a
 * bound. There is at most one {@link Save} that is not over, and the next one begins after it. A
 * save that hangs therefore costs one thread and the saves of its own subscription.
 *
 * <p>{@link #isDue} says that a save will begin that sees every move until now: it is set by a move
 * and cleared when a save begins, before that reads the cursor. While it is set, a move costs one
 * read of it.
 *
 * <h2>The end</h2>
 *
 * {@link #end} waits for a last save, a bounded time. A move after that save has begun is saved on
 * a helper thread, at once and without a timer. It keeps the store claimed until it is over.
 *
 * <h2>The lock</h2>
 *
 * It guards the state of this object. With it held, only the timekeeper is called. Neither the
 * store nor an executor nor an observer is.
 */
public final class CursorWriter {
  /** How long the end, and who waits for it, waits for the last save. */
  static final long LAST_SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** After how long a save that the helpers did not begin is handed over again. */
  private static final long UNBEGUN_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Takes the last save when the runtime's helpers do not. */
  private static final Executor SPARE = EngineThreads.helpers();

  /** For waits for {@link #SPARE}, whose threads do not know the runtime's timekeeper. */
  private static final Timekeeper SPARE_TIME = new SystemTimekeeper();

  private static final Timekeeper.Timer NO_TIMER = () -> {};

  private final StoredCursor stored;
  private final long everyNanos;
  private final Timekeeper time;
  private final Executor helpers;
  private final Supplier<@Nullable String> cursor;
  private final Host host;
  private final StoreClaim claim;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Written with the lock held.
  private volatile boolean isDue;
  private volatile Phase phase = Phase.NEW;

  /** Notified of each save that failed, on the thread that saved. */
  private volatile Consumer<StreamException> saveFailed = failure -> {};

  /** The delayed save, or a look whether the one that was handed over has begun. */
  @GuardedBy("lock")
  private Timekeeper.Timer timer = NO_TIMER;

  /** Handed over to a helper thread, and not over; null when there is none. */
  @GuardedBy("lock")
  private @Nullable Save save;

  /** Whether the next save is waited for, so that it is not delayed. */
  @GuardedBy("lock")
  private boolean isUrgent;

  /** How many saves have begun; all of them are over when there is no {@link #save}. */
  @GuardedBy("lock")
  private long begun;

  private enum Phase {
    /** Nothing was loaded, so nothing is ever saved. */
    NEW,
    LIVE,
    /** {@link #end} waits for the last save. */
    ENDING,
    ENDED
  }

  /** The subscription whose cursor is saved. Any thread. */
  public interface Host extends StoreClaim.Waiter {

    /** Whether the subscription is to end. */
    boolean isEnding();
  }

  /** One save on a helper thread. Fields are guarded by the lock. */
  private final class Save implements Runnable {
    private boolean hasBegun;

    /** Whether somebody has waited for it in vain. */
    private boolean isStuck;

    @Override
    public void run() {
      perform(this);
    }
  }

  /** What the claim on the store asks of this writer. */
  private final class Owner implements StoreClaim.Owner {
    @Override
    public boolean isLeaving() {
      return hasEnded() || host.isEnding();
    }

    @Override
    public boolean hasEnded() {
      return phase == Phase.ENDED;
    }

    @Override
    public void giveUpUnbegunSave() {
      if (takeBackUnbegun()) {
        claim.release();
      }
    }
  }

  public CursorWriter(
      CursorStore store,
      long everyNanos,
      Timekeeper time,
      Executor helpers,
      Supplier<@Nullable String> cursor,
      Host host) {
    this.stored = new StoredCursor(store);
    this.everyNanos = everyNanos;
    this.time = time;
    this.helpers = helpers;
    this.cursor = cursor;
    this.host = host;
    this.claim = new StoreClaim(store, new Owner());
  }

  // ---- The engine thread ----

  /**
   * Takes the store for this subscription and loads the cursor to start after; null when it holds
   * none, or when the subscription is to end.
   *
   * @param saveFailed notified of each save that fails
   * @throws StreamException when the store is in use, or the load failed
   */
  public @Nullable String begin(Consumer<StreamException> saveFailed) throws InterruptedException {
    this.saveFailed = saveFailed;
    if (!claim.take(host, time)) {
      return null;
    }
    String start = stored.load();
    lock.lock();
    try {
      phase = Phase.LIVE;
    } finally {
      lock.unlock();
    }
    return start;
  }

  /**
   * Saves for the last time, and waits for that a bounded time; another subscription may take the
   * store when the save is over. Later moves are still saved, unless another subscription has the
   * store by then.
   */
  public void end() {
    if (phase == Phase.NEW) {
      claim.release();
      return;
    }
    lock.lock();
    try {
      phase = Phase.ENDING;
    } finally {
      lock.unlock();
    }
    boolean isOver = flush(LAST_SAVE_NANOS);
    Save late = null;
    boolean isFree = false;
    lock.lock();
    try {
      phase = Phase.ENDED;
      stopTimer();
      if (save == null) {
        late = isDue ? newSave() : null;
        isFree = !isDue;
      }
    } finally {
      lock.unlock();
    }
    goOn(late, isFree);
    if (!isOver) {
      saveFailed.accept(stored.lastSaveHangs());
    }
  }

  // ---- Any thread ----

  /** Notes that the cursor has moved. Called for each event, so it is cheap. */
  void moved() {
    if (isDue) {
      return; // The next save sees where the cursor is then.
    }
    Save late = null;
    lock.lock();
    try {
      if (isDue) {
        return;
      }
      if (save == null && phase == Phase.LIVE) {
        timer = time.schedule(this::delayIsOver, everyNanos);
      } else if (save == null && phase == Phase.ENDED) {
        late = newSave(); // No timer outlives the subscription.
      }
      isDue = true;
    } finally {
      lock.unlock();
    }
    goOn(late, /* isFree= */ false);
  }

  /**
   * Saves what would be saved after the delay, on a helper thread, and waits for it. An interrupt
   * of the calling thread changes nothing: it is still set afterwards.
   *
   * @param nanos how long to wait at most; never longer than a second
   * @return false when the save is not over by then, or hangs since an earlier call
   */
  public boolean flush(long nanos) {
    long most = Math.min(nanos, LAST_SAVE_NANOS);
    boolean wasInterrupted = Thread.interrupted();
    try {
      Waited waited = saveOn(helpers, time, most);
      if (waited == Waited.UNBEGUN) {
        waited = saveOn(SPARE, SPARE_TIME, LAST_SAVE_NANOS);
      }
      return waited == Waited.OVER;
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What became of a save that was waited for. */
  private enum Waited {
    OVER,
    UNBEGUN,
    STUCK
  }

  private Waited saveOn(Executor executor, Timekeeper clock, long nanos) {
    Save next = null;
    long target;
    lock.lock();
    try {
      if (save != null && save.isStuck) {
        return Waited.STUCK;
      } else if (phase == Phase.NEW || (save == null && !isDue && stored.is(cursor.get()))) {
        return Waited.OVER;
      }
      target = begun + 1;
      isDue = true;
      isUrgent = true;
      stopTimer();
      if (save == null) {
        next = newSave();
      }
    } finally {
      lock.unlock();
    }
    if (next != null && !isTakenBy(executor, next)) {
      return Waited.UNBEGUN;
    }
    return await(target, clock, nanos);
  }

  /** Waits until save number {@code target} is over. */
  private Waited await(long target, Timekeeper clock, long nanos) {
    long began = clock.nanoTime();
    boolean wasInterrupted = false;
    lock.lock();
    try {
      while (begun < target || (begun == target && save != null && save.hasBegun)) {
        long left = nanos - (clock.nanoTime() - began);
        if (left <= 0) {
          return giveUp();
        }
        try {
          boolean unused = clock.await(changed, left);
        } catch (InterruptedException e) {
          wasInterrupted = true;
        }
      }
      return Waited.OVER;
    } finally {
      lock.unlock();
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @GuardedBy("lock")
  private Waited giveUp() {
    if (save != null && save.hasBegun) {
      save.isStuck = true;
      return Waited.STUCK;
    }
    save = null; // The executor may have dropped it.
    return Waited.UNBEGUN;
  }

  // ---- The timer's thread ----

  private void delayIsOver() {
    Save next;
    lock.lock();
    try {
      if (save != null || phase != Phase.LIVE) {
        return;
      }
      next = newSave();
      timer = time.schedule(() -> lookAgain(next), UNBEGUN_NANOS);
    } finally {
      lock.unlock();
    }
    if (!isTakenBy(helpers, next)) {
      delayAgain();
    }
  }

  /** Takes a save back that the helpers did not begin, and may have dropped. */
  private void lookAgain(Save late) {
    if (takeBack(late)) {
      delayIsOver();
    }
  }

  private void delayAgain() {
    lock.lock();
    try {
      if (save == null && phase == Phase.LIVE) {
        stopTimer();
        timer = time.schedule(this::delayIsOver, everyNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void stopTimer() {
    timer.close();
    timer = NO_TIMER;
  }

  // ---- Handing over ----

  @GuardedBy("lock")
  private Save newSave() {
    Save next = new Save();
    save = next;
    return next;
  }

  /** Returns false when the executor refused the save, which is then taken back. */
  private boolean isTakenBy(Executor executor, Save next) {
    try {
      executor.execute(next);
      return true;
    } catch (Throwable refusal) { // Also the Error of a system without threads.
      return !takeBack(next);
    }
  }

  private boolean takeBack(Save unbegun) {
    lock.lock();
    try {
      boolean isUnbegun = save == unbegun && !unbegun.hasBegun;
      save = isUnbegun ? null : save;
      return isUnbegun;
    } finally {
      lock.unlock();
    }
  }

  private boolean takeBackUnbegun() {
    lock.lock();
    try {
      return save != null && takeBack(save);
    } finally {
      lock.unlock();
    }
  }

  /** Hands over a save that must not wait, if there is one; releases the store if it is free. */
  private void goOn(@Nullable Save next, boolean isFree) {
    boolean isLeft = next != null && !isTakenBy(helpers, next) && !isTakenBySpare();
    if (isFree || (isLeft && phase == Phase.ENDED)) {
      claim.release();
    }
  }

  private boolean isTakenBySpare() {
    Save next;
    lock.lock();
    try {
      if (save != null) {
        return true; // Another thread has handed one over meanwhile.
      }
      next = newSave();
    } finally {
      lock.unlock();
    }
    return isTakenBy(SPARE, next);
  }

  // ---- A helper thread ----

  private void perform(Save itself) {
    boolean wasInterrupted = Thread.interrupted(); // It would close the channel of a file.
    String current;
    boolean isNeeded;
    boolean isLate;
    lock.lock();
    try {
      if (save != itself || itself.hasBegun) {
        return; // It was taken back, or the executor runs it twice.
      }
      itself.hasBegun = true;
      begun++;
      stopTimer();
      isDue = false; // Before the look at the cursor: a move after that needs another save.
      isUrgent = false;
      current = cursor.get();
      isNeeded = !stored.is(current);
      isLate = phase == Phase.ENDED;
    } finally {
      lock.unlock();
    }
    boolean hasFailed = false;
    try {
      if (isNeeded && (!isLate || isStillOurs())) {
        stored.save(current);
      }
    } catch (Throwable e) { // Whatever a store throws, no subscription hangs because of it.
      hasFailed = true;
      saveFailed.accept(stored.notSaved(e));
    }
    over(hasFailed);
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether no other subscription has the store, or has moved the cursor since the end. */
  private boolean isStillOurs() throws IOException {
    return claim.takeAgain() && !stored.hasChanged();
  }

  private void over(boolean hasFailed) {
    Save next = null;
    boolean isFree = false;
    lock.lock();
    try {
      save = null;
      changed.signalAll();
      if (phase == Phase.ENDED) {
        next = isDue ? newSave() : null;
        isFree = !isDue;
      } else if (isDue && isUrgent) {
        next = newSave();
      } else if (phase == Phase.LIVE && (isDue || hasFailed)) {
        timer = time.schedule(this::delayIsOver, everyNanos);
        isDue = true;
      }
    } finally {
      lock.unlock();
    }
    goOn(next, isFree);
  }
}
