package dev.perennial.internal.resume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledged cursor: the consumer has processed every event up to it, with no hole before it.
 *
 * <p>It moves in one of two ways. By default it follows the consumer's callbacks: {@link #handled}
 * is called in order by one thread at a time, and no lock is taken. With manual acknowledgement the
 * engine issues a ticket for each event and for each checkpoint, in the order of the stream, before
 * it hands them over. Tickets of events are acknowledged in any order by any thread.
 *
 * <p>The tickets that are not acknowledged are a list in the order of the stream. Each knows the
 * cursor that is reached once it and all before it are acknowledged. One that is acknowledged
 * leaves the list and passes its cursor on to the ticket before it, or, if there is none, the
 * acknowledged cursor moves there. So the list never holds anything that is acknowledged, and the
 * cursor never goes back.
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
  private @Nullable Ticket last;

  /** How many events the cursor has not reached, acknowledged or not. */
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

  /**
   * A place in the stream that is not acknowledged: what an event carries, or where checkpoints
   * are. Its fields are guarded by the lock of the cursor that issued it.
   */
  private final class Ticket implements Runnable {
    /** The cursor that is reached when this and all before it are acknowledged. */
    private @Nullable String reaches;

    /** How many events are between the ticket before it and what it reaches. */
    private int events;

    /** The newest of the checkpoints at this place; null for an event. */
    private @Nullable Checkpoint newest;

    private @Nullable Ticket previous;
    private @Nullable Ticket next;
    private boolean isDone;

    private Ticket(@Nullable String reaches, int events) {
      this.reaches = reaches;
      this.events = events;
    }

    /** Acknowledges the event. */
    @Override
    public void run() {
      acknowledge(this);
    }
  }

  /**
   * A checkpoint on its way to the consumer. Those between two events share one place, so that
   * bookmarks do not pile up: however many there are, and however few of them are handed over.
   */
  private final class Checkpoint implements Runnable {
    private final Ticket place;
    private final @Nullable String cursor;

    private Checkpoint(Ticket place, @Nullable String cursor) {
      this.place = place;
      this.cursor = cursor;
    }

    /** Records that everything before it was handed over. */
    @Override
    public void run() {
      passed(this);
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
    if (maxUnacknowledged == 0) {
      return null;
    }
    lock.lock();
    try {
      outstandingEvents++;
      return append(new Ticket(next, 1));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Issues what the delivery runs when everything before this checkpoint was handed over to the
   * consumer. Of several checkpoints in a row it may leave out all but the last.
   */
  public Runnable issueCheckpoint(@Nullable String next) {
    if (maxUnacknowledged == 0) {
      return () -> moveTo(next);
    }
    lock.lock();
    try {
      Ticket place =
          last != null && last.newest != null ? last : append(new Ticket(next, /* events= */ 0));
      Checkpoint checkpoint = new Checkpoint(place, next);
      place.newest = checkpoint;
      place.reaches = next;
      return checkpoint;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Ticket append(Ticket ticket) {
    ticket.previous = last;
    if (last != null) {
      last.next = ticket;
    }
    last = ticket;
    return ticket;
  }

  // ---- The thread that calls the consumer ----

  /** Records that the consumer's callback has returned. */
  public void handled(Event<?> event) {
    if (maxUnacknowledged == 0) {
      moveTo(event.cursor());
    }
  }

  /** Records that the consumer knows that events were dropped, up to {@code next}. */
  public void dropped(@Nullable String next) {
    if (maxUnacknowledged == 0) { // Otherwise nothing is ever dropped.
      moveTo(next);
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

  private void passed(Checkpoint checkpoint) {
    Ticket place = checkpoint.place;
    boolean hasMoved;
    lock.lock();
    try {
      if (place.isDone) {
        return;
      }
      // An older one leaves the place to the newer ones, which are still on their way.
      hasMoved =
          place.newest == checkpoint
              ? remove(place)
              : reach(checkpoint.cursor, /* events= */ 0, place.previous);
    } finally {
      lock.unlock();
    }
    moved(hasMoved);
  }

  // ---- Any thread ----

  private void acknowledge(Ticket ticket) {
    boolean hasMoved;
    lock.lock();
    try {
      if (ticket.isDone) {
        return;
      }
      hasMoved = remove(ticket);
    } finally {
      lock.unlock();
    }
    moved(hasMoved);
  }

  /** Takes an acknowledged ticket out; returns whether the cursor has moved. */
  @GuardedBy("lock")
  private boolean remove(Ticket ticket) {
    Ticket before = ticket.previous;
    Ticket after = ticket.next;
    if (before != null) {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    } else {
      last = before;
    }
    ticket.isDone = true;
    ticket.previous = null; // The consumer may keep the event, and with it this ticket only.
    ticket.next = null;
    return reach(ticket.reaches, ticket.events, before);
  }

  /** Moves the cursor, or what the ticket before reaches; returns whether it was the cursor. */
  @GuardedBy("lock")
  private boolean reach(@Nullable String next, int events, @Nullable Ticket before) {
    if (before == null) {
      cursor.set(next);
      outstandingEvents -= events;
      return true;
    }
    before.reaches = next;
    before.events += events;
    return false;
  }

  private void moved(boolean hasMoved) {
    if (hasMoved) {
      if (writer != null) {
        writer.moved();
      }
      roomMade.run();
    }
  }
}
