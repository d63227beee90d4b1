package dev.perennial.internal.queue;

import dev.perennial.Event;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the consumer, in order: events, and {@linkplain Between between} them gaps,
 * states, checkpoints, and marks where events were dropped. Not thread-safe: its owner has a lock.
 *
 * <p>It is bounded whatever comes. The number of events and the bytes of their payloads have
 * bounds, and between two events there is at most one entry of each kind. Every operation takes
 * constant time. The size of a payload is what came from the network; a decoded object is not
 * measured.
 */
public final class DeliveryQueue {
  private final int maxEvents;
  private final long maxBytes;

  /** Events, each with at most one {@link Between} before it, and one after the last. */
  private final ArrayDeque<Object> entries = new ArrayDeque<>();

  /** The sizes of the events, in their order. */
  private final IntQueue sizes = new IntQueue();

  private int events;
  private long bytes;

  public DeliveryQueue(QueueBounds bounds) {
    this.maxEvents = bounds.maxEvents();
    this.maxBytes = bounds.maxBytes();
  }

  // ---- Putting in ----

  /** Adds an event, whether there is room or not. */
  public void add(Event<?> event, int size) {
    entries.addLast(event);
    sizes.addLast(size);
    events++;
    bytes += size;
  }

  /** Adds what is not an event. */
  public void addBetween(Object entry) {
    Object last = entries.peekLast();
    Between between = last instanceof Between open ? open : new Between();
    between.add(entry);
    if (between != last) {
      entries.addLast(between);
    }
  }

  /** Leaves a mark in the place of an event that is not added. */
  void dropNewest(Event<?> event) {
    addBetween(new Between.Dropped(1));
    addBetween(new Between.DroppedUpTo(event.cursor()));
  }

  /**
   * Removes the first events until there is room for one more of this size, and leaves a mark in
   * their place.
   *
   * @param dropped where the removed events are added
   */
  void dropOldest(int size, List<Event<?>> dropped) {
    while (!hasRoomFor(size)) {
      dropped.add(dropOldest());
    }
  }

  private Event<?> dropOldest() {
    Between between = new Between();
    if (entries.peekFirst() instanceof Between before) {
      between = before;
      entries.removeFirst();
    }
    Event<?> oldest = (Event<?>) entries.removeFirst();
    forgetSize();
    between.add(new Between.Dropped(1));
    between.add(new Between.DroppedUpTo(oldest.cursor()));
    if (entries.peekFirst() instanceof Between after) {
      between.addAll(after);
      entries.removeFirst();
    }
    entries.addFirst(between);
    return oldest;
  }

  // ---- Taking out ----

  /** Returns the first entry; null when there is none. */
  public @Nullable Object first() {
    Object first = entries.peekFirst();
    return first instanceof Between between ? between.first() : first;
  }

  /** Removes the first entry, of which there is one. */
  public void removeFirst() {
    if (entries.peekFirst() instanceof Between between) {
      between.removeFirst();
      if (between.isEmpty()) {
        entries.removeFirst();
      }
    } else {
      entries.removeFirst();
      forgetSize();
    }
  }

  private void forgetSize() {
    events--;
    bytes -= sizes.removeFirst();
  }

  public void clear() {
    entries.clear();
    sizes.clear();
    events = 0;
    bytes = 0;
  }

  // ---- Questions ----

  boolean isEmpty() {
    return entries.isEmpty();
  }

  public int events() {
    return events;
  }

  /** Whether an event of this size may be added. An empty queue has room for any event. */
  boolean hasRoomFor(int size) {
    return events == 0 || (events < maxEvents && bytes + size <= maxBytes);
  }

  /** How many events may be added; 0 when the bytes are used up. */
  public int room() {
    return roomBytes() > 0 ? Math.max(0, maxEvents - events) : 0;
  }

  /** How many bytes may be added; not positive when they are used up. */
  public long roomBytes() {
    return maxBytes - bytes;
  }

  /** Whether at least half of the room is free, so that it is worth waking who waits for it. */
  public boolean isRoomy() {
    return events <= maxEvents / 2 && bytes <= maxBytes / 2;
  }

  boolean isFullByBytes() {
    return events < maxEvents;
  }

  /** Whether something would be lost if nothing of it were delivered. */
  boolean holdsSignals() {
    return events > 0
        || entries.stream().anyMatch(entry -> entry instanceof Between b && b.holdsLoss());
  }
}
