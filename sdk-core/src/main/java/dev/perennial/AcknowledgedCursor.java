package dev.perennial;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledged cursor: the consumer is done with every event up to it, with no hole before it.
 * Either it follows the consumer's callbacks, or the consumer moves it by hand, in any order.
 */
final class AcknowledgedCursor {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private final AtomicReference<@Nullable String> cursor;

  /** How many events may be handed over and not acknowledged; 0 when that is not by hand. */
  private final int maxOutstanding;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock; empty unless by hand.
  private final ArrayDeque<Ticket> outstanding = new ArrayDeque<>();
  private int events;

  /** Runs when the cursor has moved or there is room again; null when nobody cares. */
  private volatile @Nullable Runnable onChange;

  AcknowledgedCursor(int maxOutstanding, @Nullable String start) {
    this.maxOutstanding = maxOutstanding;
    this.cursor = new AtomicReference<>(start);
  }

  /** What an event carries that is to be acknowledged by hand. */
  static final class Ticket {
    private final AcknowledgedCursor owner;
    private final @Nullable String cursor;
    private final boolean isEvent;
    private boolean isDone; // Guarded by the owner's lock.

    private Ticket(AcknowledgedCursor owner, @Nullable String cursor, boolean isEvent) {
      this.owner = owner;
      this.cursor = cursor;
      this.isEvent = isEvent;
      this.isDone = !isEvent;
    }

    void acknowledge() {
      owner.acknowledge(this);
    }
  }

  void onChange(Runnable action) {
    onChange = action;
  }

  @Nullable String cursor() {
    return cursor.get();
  }

  // ---- The engine's thread ----

  void startAt(@Nullable String start) {
    cursor.set(start);
  }

  /** How many events may be handed over now. */
  long room() {
    if (maxOutstanding == 0) {
      return UNBOUNDED;
    }
    lock.lock();
    try {
      return (long) maxOutstanding - events;
    } finally {
      lock.unlock();
    }
  }

  /** The ticket of an event that is about to be handed over; null when it is not by hand. */
  @Nullable Ticket issue(@Nullable String next) {
    return maxOutstanding == 0 ? null : add(new Ticket(this, next, true));
  }

  private Ticket add(Ticket ticket) {
    lock.lock();
    try {
      outstanding.addLast(ticket);
      events += ticket.isEvent ? 1 : 0;
      return ticket;
    } finally {
      lock.unlock();
    }
  }

  // ---- Whichever thread the consumer is on ----

  /** The consumer's callback has returned. Moves nothing when that is done by hand. */
  void handled(Event<?> event) {
    if (maxOutstanding == 0) {
      moveTo(event.cursor());
    }
  }

  /** Everything before a checkpoint was handed over, and without hands handled. */
  void checkpoint(@Nullable String next) {
    if (maxOutstanding == 0) {
      moveTo(next);
    } else {
      add(new Ticket(this, next, false));
      sweep();
    }
  }

  private void moveTo(@Nullable String next) {
    Runnable action = onChange;
    if (action == null) {
      cursor.lazySet(next); // Ordered, without a fence for each event.
    } else {
      cursor.set(next); // Before the action looks whether a save is under way.
      action.run();
    }
  }

  // ---- Any thread ----

  private void acknowledge(Ticket ticket) {
    lock.lock();
    try {
      if (ticket.isDone) {
        return;
      }
      ticket.isDone = true;
    } finally {
      lock.unlock();
    }
    sweep();
  }

  /** Moves the cursor over what is done, up to the first that is not. */
  private void sweep() {
    boolean hasMoved = false;
    lock.lock();
    try {
      Ticket first = outstanding.peekFirst();
      while (first != null && first.isDone) {
        outstanding.removeFirst();
        events -= first.isEvent ? 1 : 0;
        cursor.set(first.cursor);
        hasMoved = true;
        first = outstanding.peekFirst();
      }
    } finally {
      lock.unlock();
    }
    Runnable action = onChange;
    if (hasMoved && action != null) {
      action.run();
    }
  }
}
