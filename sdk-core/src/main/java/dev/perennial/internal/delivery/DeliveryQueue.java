package dev.perennial.internal.delivery;

import dev.perennial.Event;
import dev.perennial.Gap;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a {@link QueuedDelivery} in order: events, gaps, states, checkpoints, and marks
 * where events were dropped. Not thread-safe: its owner has a lock.
 */
final class DeliveryQueue {

  /** Where the acknowledged cursor may move to; {@code passed} runs when its turn has come. */
  record Checkpoint(Runnable passed) {}

  /** Marks where events were dropped: how many, and the cursor of the last one. */
  record Dropped(long count, @Nullable String cursor) {
    private Dropped andBefore(@Nullable Dropped earlier) {
      return earlier == null ? this : new Dropped(count + earlier.count, cursor);
    }
  }

  private final ArrayDeque<Object> entries = new ArrayDeque<>();
  private int events;

  /**
   * Adds an entry. Between two events or gaps the last state and the last checkpoint are enough, so
   * that reconnects without demand do not pile up; events and gaps are all kept.
   */
  void add(Object entry) {
    if (entry instanceof Event) {
      events++;
    } else if (!(entry instanceof Gap)) {
      dropReplacedBy(entry);
    }
    entries.addLast(entry);
  }

  private void dropReplacedBy(Object entry) {
    Iterator<Object> fromLast = entries.descendingIterator();
    while (fromLast.hasNext()) {
      Object last = fromLast.next();
      if (isSignal(last)) {
        return;
      } else if ((last instanceof Checkpoint) == (entry instanceof Checkpoint)) {
        fromLast.remove();
        return;
      }
    }
  }

  private static boolean isSignal(Object entry) {
    return entry instanceof Event || entry instanceof Gap || entry instanceof Dropped;
  }

  /** Adds an event, or not, when there is no room; returns the one that was dropped for it. */
  Event<?> addByDropping(Event<?> event, OverflowMode overflow) {
    if (overflow == OverflowMode.DROP_NEWEST) {
      dropNewest(event);
      return event;
    } else if (overflow == OverflowMode.DROP_OLDEST) {
      Event<?> oldest = dropOldest();
      add(event);
      return oldest;
    }
    throw new IllegalStateException("More events came than were claimed, under " + overflow);
  }

  /** Leaves a mark in the place of an event that is not added. */
  private void dropNewest(Event<?> event) {
    Dropped earlier = entries.peekLast() instanceof Dropped last ? last : null;
    if (earlier != null) {
      entries.removeLast();
    }
    entries.addLast(new Dropped(1, event.cursor()).andBefore(earlier));
  }

  /** Removes the first event, of which there is one, and leaves a mark in its place. */
  private Event<?> dropOldest() {
    ArrayDeque<Object> before = new ArrayDeque<>();
    while (!(entries.getFirst() instanceof Event)) {
      before.addLast(entries.removeFirst());
    }
    Event<?> oldest = (Event<?>) entries.removeFirst();
    events--;
    Dropped earlier = before.peekLast() instanceof Dropped last ? last : null;
    if (earlier != null) {
      before.removeLast();
    }
    entries.addFirst(new Dropped(1, oldest.cursor()).andBefore(earlier));
    while (!before.isEmpty()) {
      entries.addFirst(before.removeLast());
    }
    return oldest;
  }

  /** Null when there is none. */
  @Nullable Object first() {
    return entries.peekFirst();
  }

  void removeFirst() {
    if (entries.removeFirst() instanceof Event) {
      events--;
    }
  }

  void clear() {
    entries.clear();
    events = 0;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  int events() {
    return events;
  }

  /** Whether something would be lost if nothing of it were delivered. */
  boolean holdsSignals() {
    return entries.stream().anyMatch(DeliveryQueue::isSignal);
  }
}
