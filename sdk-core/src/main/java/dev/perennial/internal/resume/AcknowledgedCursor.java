package dev.perennial.internal.resume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledged cursor: the consumer has processed every event up to it, with no hole before it.
 *
 * <p>It moves in one of two ways. By default it follows the consumer's callbacks: {@link #handled}
 * and {@link #checkpoint} are called in order by one thread at a time, and no lock is taken. With
 * manual acknowledgement each event carries a ticket, tickets are acknowledged in any order by any
 * thread, and the cursor moves up to the first one that is missing.
 */
public final class AcknowledgedCursor {
  private static final long UNLIMITED = Long.MAX_VALUE;

  /** Shared with the writer, which saves what is in it when the save begins. */
  private final AtomicReference<@Nullable String> cursor;

  /** How many events may be unacknowledged; 0 unless acknowledgement is manual. */
  private final int maxUnacknowledged;

  /** Saves the cursor; null without a store. */
  private final @Nullable CursorWriter writer;

  /** Runs when more events may be handed over, with manual acknowledgement. */
  private final Runnable roomMade;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final ArrayDeque<Ticket> outstanding = new ArrayDeque<>();

  @GuardedBy("lock")
  private int outstandingEvents;

  /**
   * Creates the cursor.
   *
   * @param cursor what holds it
   * @param maxUnacknowledged 0 to follow the consumer's callbacks
   */
  public AcknowledgedCursor(
      AtomicReference<@Nullable String> cursor,
      int maxUnacknowledged,
      @Nullable CursorWriter writer,
      Runnable roomMade) {
    this.cursor = cursor;
    this.maxUnacknowledged = maxUnacknowledged;
    this.writer = writer;
    this.roomMade = roomMade;
  }

  /** What an event carries that the consumer has to acknowledge. */
  private final class Ticket implements Runnable {
    private final @Nullable String cursor;
    private final boolean isEvent;

    // Guarded by the lock of the cursor that issued it.
    private boolean isDone;

    private Ticket(@Nullable String cursor, boolean isEvent) {
      this.cursor = cursor;
      this.isEvent = isEvent;
      this.isDone = !isEvent;
    }

    /** Acknowledges the event. */
    @Override
    public void run() {
      acknowledge(this);
    }
  }

  /** Returns the cursor; null while there is none. Any thread. */
  public @Nullable String cursor() {
    return cursor.get();
  }

  // ---- The engine thread ----

  /** Sets the cursor that the subscription starts after. */
  public void startAt(@Nullable String start) {
    cursor.set(start);
  }

  /** Returns how many events may be handed over now. */
  public long room() {
    if (maxUnacknowledged == 0) {
      return UNLIMITED;
    }
    lock.lock();
    try {
      return (long) maxUnacknowledged - outstandingEvents;
    } finally {
      lock.unlock();
    }
  }

  /** Issues what acknowledges the next event; null unless acknowledgement is manual. */
  public @Nullable Runnable issue(@Nullable String next) {
    return maxUnacknowledged == 0 ? null : add(new Ticket(next, true));
  }

  private Ticket add(Ticket ticket) {
    lock.lock();
    try {
      outstanding.addLast(ticket);
      outstandingEvents += ticket.isEvent ? 1 : 0;
      return ticket;
    } finally {
      lock.unlock();
    }
  }

  // ---- The thread that calls the consumer ----

  /** Records that the consumer's callback has returned. */
  public void handled(Event<?> event) {
    if (maxUnacknowledged == 0) {
      moveTo(event.cursor());
    }
  }

  /** Records a checkpoint: everything before it was handed over. */
  public void checkpoint(@Nullable String next) {
    if (maxUnacknowledged == 0) {
      moveTo(next);
    } else {
      add(new Ticket(next, false));
      sweep();
    }
  }

  private void moveTo(@Nullable String next) {
    if (writer == null) {
      cursor.lazySet(next); // Ordered, without a fence for each event.
    } else {
      cursor.set(next);
      writer.moved();
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

  /** Moves the cursor over what is acknowledged, up to the first ticket that is not. */
  private void sweep() {
    boolean hasMoved = false;
    lock.lock();
    try {
      Ticket first = outstanding.peekFirst();
      while (first != null && first.isDone) {
        outstanding.removeFirst();
        outstandingEvents -= first.isEvent ? 1 : 0;
        cursor.set(first.cursor);
        hasMoved = true;
        first = outstanding.peekFirst();
      }
    } finally {
      lock.unlock();
    }
    if (hasMoved) {
      if (writer != null) {
        writer.moved();
      }
      roomMade.run();
    }
  }
}
