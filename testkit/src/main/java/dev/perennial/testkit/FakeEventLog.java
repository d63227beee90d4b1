package dev.perennial.testkit;

import dev.perennial.testkit.internal.RealTime;
import dev.perennial.testkit.internal.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The model of a server's stream: events in order, the last of which can be replayed.
 *
 * <p>Ids are the decimal numbers 1, 2, 3 and so on, unless there is an {@link IdSource}. The log
 * retains its last 1,000,000 events, unless {@link #retaining(int)} sets another number; an earlier
 * cursor is gone. It begins empty and continues until {@link #end}.
 *
 * <pre>{@code
 * FakeEventLog log = FakeEventLog.retaining(100);
 * String id = log.append("price", "{\"eur\":12}");
 * FakeEventLog.Reader reader = log.readAfter(id);
 * }</pre>
 *
 * <p>All methods may be called from any thread. No caller's code runs while the lock is held,
 * except the {@link IdSource}.
 *
 * @since 0.1.0
 */
public final class FakeEventLog {

  private static final int DEFAULT_RETAINED = 1_000_000;
  private static final int FIRST_CAPACITY = 64;

  private final int retained;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private LoggedEvent[] ring; // event n at (n - 1) % retained; grows up to the retained count

  // Guarded by lock.
  private long appended;

  // Guarded by lock.
  private boolean ended;

  // Guarded by lock.
  private final EventIds ids;

  private FakeEventLog(int retained, @Nullable IdSource ids) {
    this.retained = retained;
    this.ids = new EventIds(ids == null ? null : ids::idOf);
    this.ring = new LoggedEvent[Math.min(retained, FIRST_CAPACITY)];
  }

  /** Creates a log with decimal ids that retains its last 1,000,000 events. */
  public static FakeEventLog create() {
    return retaining(DEFAULT_RETAINED);
  }

  /** Creates a log with decimal ids that retains its last {@code events} events, at least one. */
  public static FakeEventLog retaining(int events) {
    Settings.requirePositive("retaining", events);
    return new FakeEventLog(events, null);
  }

  /** Creates a log with ids from a source that retains its last {@code events} events. */
  public static FakeEventLog retaining(int events, IdSource ids) {
    Settings.requirePositive("retaining", events);
    return new FakeEventLog(events, ids);
  }

  /**
   * Appends an event without a type.
   *
   * @return the event's id; empty when the {@link IdSource} gave it none
   * @throws IllegalStateException if the log has ended
   */
  public String append(String data) {
    return append(null, data);
  }

  /**
   * Appends an event.
   *
   * @param type the event's type, or null when the event names none
   * @return the event's id; empty when the {@link IdSource} gave it none
   * @throws IllegalStateException if the log has ended
   */
  public String append(@Nullable String type, String data) {
    lock.lock();
    try {
      if (ended) {
        throw new IllegalStateException("The log ended after " + appended + " events");
      }
      long number = appended + 1;
      String id = ids.idOf(number);
      place(new LoggedEvent(number, id, type, data));
      appended = number;
      changed.signalAll();
      return id == null ? "" : id;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream: readers reach its end, and nothing can be appended. Idempotent. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether {@link #end} was called. */
  public boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of events that were ever appended. */
  public long appended() {
    lock.lock();
    try {
      return appended;
    } finally {
      lock.unlock();
    }
  }

  /** Creates a reader of everything that is retained and all that follows. */
  public Reader readOldest() {
    lock.lock();
    try {
      return new Reader(CursorState.FOUND, oldest());
    } finally {
      lock.unlock();
    }
  }

  /** Creates a reader of the events that are appended from now on. */
  public Reader readLive() {
    lock.lock();
    try {
      return new Reader(CursorState.FOUND, appended + 1);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Creates a reader of the events after a cursor. {@link Reader#cursorState} returns whether they
   * can be replayed; if not, the reader reads nothing.
   *
   * <p>An id that was used more than once stands for its latest event. With an {@link IdSource}, an
   * unknown id counts as gone as soon as any event is gone.
   */
  public Reader readAfter(String cursor) {
    lock.lock();
    try {
      long number = ids.numberOf(cursor, appended);
      if (number == EventIds.NONE) {
        return new Reader(
            ids.mayHaveForgotten() ? CursorState.GONE : CursorState.UNKNOWN, appended + 1);
      }
      // The event of the cursor itself need not be retained, only those after it.
      boolean gone = number + 1 < oldest();
      return new Reader(gone ? CursorState.GONE : CursorState.FOUND, number + 1);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of the oldest retained event, or of the next one when there is none. */
  // Guarded by lock.
  private long oldest() {
    return Math.max(1, appended - retained + 1);
  }

  // Guarded by lock.
  private void place(LoggedEvent event) {
    int slot = slotOf(event.number());
    if (slot >= ring.length) {
      // Growing ends before the first event is overwritten, so all slots stay where they are.
      ring = Arrays.copyOf(ring, (int) Math.min(retained, ring.length * 2L));
    }
    ids.add(event, ring[slot]);
    ring[slot] = event;
  }

  private int slotOf(long number) {
    return (int) ((number - 1) % retained);
  }

  /** Gives an event its id. */
  @FunctionalInterface
  public interface IdSource {
    /**
     * Returns the id of the event with this number. Ids may repeat. The log's lock is held: the
     * method may not call the log.
     *
     * @param number the event's number, from 1
     * @return the id, or null when the event carries none
     */
    @Nullable String idOf(long number);
  }

  /** Whether a log can replay the events after a cursor. */
  public enum CursorState {
    /** All events after the cursor can be replayed. */
    FOUND,
    /** Events after the cursor are not retained any more. */
    GONE,
    /** No event had this id. */
    UNKNOWN
  }

  /**
   * One reader's place in the log. A reader is used by one thread; only {@link #close} may be
   * called from others.
   */
  public final class Reader implements AutoCloseable {

    private final CursorState cursorState;

    // The number of the event to read next.
    private long next;

    // Guarded by FakeEventLog.this.lock.
    private boolean closed;

    private Reader(CursorState cursorState, long next) {
      this.cursorState = cursorState;
      this.next = next;
    }

    /** Returns whether the log could replay the events after this reader's cursor. */
    public CursorState cursorState() {
      return cursorState;
    }

    /** Returns whether the log has ended and everything was read. */
    public boolean isExhausted() {
      lock.lock();
      try {
        return ended && next > appended;
      } finally {
        lock.unlock();
      }
    }

    /** Goes back by up to {@code events} events, as far as they are retained. */
    public void rewind(int events) {
      Settings.requireNotNegative("rewind", events);
      lock.lock();
      try {
        next = Math.max(Math.min(next, oldest()), next - events);
      } finally {
        lock.unlock();
      }
    }

    /**
     * Adds the next events to a list, and waits for one if there is none yet.
     *
     * @param into the list to add to
     * @param atMost the most events to add, at least one
     * @param wait the longest time to wait for an event; zero does not wait
     * @return the result; events were added only with {@link Outcome#EVENTS}
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Outcome read(List<? super LoggedEvent> into, int atMost, Duration wait)
        throws InterruptedException {
      Settings.requirePositive("atMost", atMost);
      lock.lock();
      try {
        long left = RealTime.nanosOf(wait);
        while (isWaiting() && left > 0) {
          left = changed.awaitNanos(left);
        }
        if (closed) {
          return Outcome.CLOSED;
        }
        if (cursorState != CursorState.FOUND || next < oldest()) {
          return Outcome.GONE;
        }
        if (next > appended) {
          return ended ? Outcome.ENDED : Outcome.NOTHING_YET;
        }
        long last = Math.min(appended, next + atMost - 1);
        for (; next <= last; next++) {
          into.add(ring[slotOf(next)]);
        }
        return Outcome.EVENTS;
      } finally {
        lock.unlock();
      }
    }

    // Guarded by FakeEventLog.this.lock.
    private boolean isWaiting() {
      return !closed && cursorState == CursorState.FOUND && !ended && next > appended;
    }

    /** Ends a waiting {@link #read} and all later ones. Idempotent. */
    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** The result of {@link Reader#read}. */
  public enum Outcome {
    /** One or more events were read. */
    EVENTS,
    /** No event came in time. */
    NOTHING_YET,
    /** Everything was read and the log has ended. */
    ENDED,
    /** The next event is not retained any more: the reader was too slow, or its cursor too old. */
    GONE,
    /** The reader was closed. */
    CLOSED
  }
}
