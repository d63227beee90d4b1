package dev.perennial.tests.torture;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamSubscription;
import dev.perennial.tests.torture.FaultyTransport.Resume;
import dev.perennial.tests.torture.ServerLog.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the consumer was given and has processed, compared with what it was promised. */
final class Ledger {
  private static final String TERMINAL = "a terminal signal";

  private final Trace trace;
  private final Chance chance;
  private final Resume resume;

  /** Delivered and not processed, in order of delivery. */
  private final Deque<Entry> open = new ArrayDeque<>();

  /** The cursors up to which everything was processed, at some time. */
  private final Set<Position> processed = new HashSet<>();

  /** The last one of them; null before the first. */
  private @Nullable Position processedLast;

  /** What the overflow policy has dropped; a gap tells of it. */
  private final Set<Position> dropped = new HashSet<>();

  private @Nullable Position last;
  private @Nullable Position first; // Of all, or since the last gap.
  private @Nullable Position covered; // By the last snapshot.
  private boolean isGapTold;
  private boolean isOverflowTold; // The only gap since the last event.
  private boolean isClosed;
  private boolean hasThrown;
  private boolean hasApplicationFailed;
  private boolean hasEnded;

  private static final class Entry {
    final Event<String> event;
    final Position position;
    boolean isProcessed;

    Entry(Event<String> event, Position position) {
      this.event = event;
      this.position = position;
    }
  }

  Ledger(Trace trace, Chance chance, Resume resume) {
    this.trace = trace;
    this.chance = chance;
    this.resume = resume;
  }

  // ---- What the subscription signals ----

  void delivered(Event<String> event) {
    Position position = Position.parse(event.data());
    trace.note("delivered", position);
    requireLive(position);
    Position before = last;
    last = position;
    if (before != null && !isGapTold) {
      Position expected = wellFormedAfter(before);
      // Without ids a replay cannot be recognized, nor one of what only a snapshot had. And what
      // was
      // before the first event may come late.
      boolean isReplay =
          position.epoch() == before.epoch()
              && position.compareTo(expected) < 0
              && (resume == Resume.CHECKPOINTS
                  || first != null && position.compareTo(first) < 0
                  || covered != null && position.compareTo(covered) <= 0);
      trace.require(
          isReplay || position.equals(expected),
          "expected event",
          expected,
          "or a gap but got",
          position);
      last = isReplay ? before : position; // The next connection may replay less.
    } else if (before != null && isOverflowTold) {
      last = position.compareTo(before) > 0 ? position : before; // What came before is known.
    }
    if (before == null || isGapTold && !isOverflowTold) {
      first = position;
    }
    isGapTold = false;
    isOverflowTold = false;
    open.add(new Entry(event, position));
  }

  void dropped(Event<?> event) {
    trace.note("dropped", event.data());
    dropped.add(Position.parse((String) event.data()));
  }

  void gap(Gap gap) {
    trace.note(gap);
    requireLive(gap);
    isOverflowTold = gap.reason() == Gap.Reason.OVERFLOW && (isOverflowTold || !isGapTold);
    isGapTold = true;
  }

  /** The application has loaded a snapshot of everything up to an event. */
  void snapshot(Position upTo) {
    trace.require(isGapTold, "a snapshot was asked for without a gap");
    last = upTo;
    covered = upTo;
    isGapTold = false;
    open.add(new Entry(Event.of(null, "snapshot", ""), upTo));
    settle(open.getLast());
  }

  void terminal(@Nullable Throwable failure) {
    trace.note("terminal", failure);
    requireLive(TERMINAL);
    hasEnded = true;
    if (failure instanceof StreamException known) {
      trace.require(
          known.reason() != StreamException.Reason.INTERNAL, "an internal failure: " + known);
      trace.require(
          known.reason() == StreamException.Reason.CONSUMER
              ? hasThrown || hasApplicationFailed
              : !hasThrown,
          "the consumer " + (hasThrown ? "threw" : "did not throw") + " but the end is " + known);
    } else {
      trace.require(false, "the log has no end but the subscription ended with " + failure);
    }
  }

  private void requireLive(Object what) {
    trace.require(!isClosed, what, "came after close()");
    trace.require(!hasEnded, what, "came after the terminal signal");
    trace.require(!hasThrown || what == TERMINAL, what, "came after one that threw");
  }

  // ---- What the application does ----

  /** The consumer has processed an event, or acknowledges it. */
  void processed(Event<String> event) {
    for (Entry entry : open) {
      if (entry.event == event) {
        settle(entry);
        return;
      }
    }
  }

  private void settle(Entry entry) {
    entry.isProcessed = true;
    while (!open.isEmpty() && open.element().isProcessed) {
      processedLast = wellFormedUpTo(open.remove().position);
      processed.add(processedLast);
    }
  }

  /** Acknowledges some of the events that were not yet, in any order. */
  void acknowledgeSome() {
    for (Entry entry : new ArrayDeque<>(open)) {
      if (!entry.isProcessed && chance.flip()) {
        acknowledge(entry);
      }
    }
  }

  void acknowledgeAll() {
    new ArrayDeque<>(open).forEach(this::acknowledge);
  }

  private void acknowledge(Entry entry) {
    trace.note("acknowledges", entry.position);
    settle(entry); // First, since the store may be asked at once.
    entry.event.acknowledge();
  }

  void closed() {
    isClosed = true;
  }

  void threw() {
    hasThrown = true;
  }

  /**
   * An observer or an executor failed. That ends the subscription, too, but what waits for the
   * consumer may come before.
   */
  void applicationFailed() {
    hasApplicationFailed = true;
  }

  boolean hasThrown() {
    return hasThrown;
  }

  boolean hasEnded() {
    return hasEnded;
  }

  // ---- What must hold ----

  /** A cursor that is saved must not be after an event that is not processed. */
  void requireProcessed(String cursor) {
    Position position = wellFormedUpTo(Position.parse(cursor));
    trace.require(
        processed.contains(position) || position.number() == 0,
        "cursor",
        cursor,
        "was saved though not all before it is processed");
  }

  /** At the end, the store has the last cursor that it may have. */
  void requireLastCursor(@Nullable String saved) {
    Position expected = processedLast;
    if (resume != Resume.IDS || expected == null || isGapTold) {
      return;
    }
    Position position = saved == null ? null : wellFormedUpTo(Position.parse(saved));
    trace.require(
        expected.equals(position), "the store has " + saved + " but processed was " + expected);
  }

  /** All of a log that has ended was delivered. */
  void requireComplete(Position end, Position first, StreamSubscription subscription) {
    Position lastOne = last;
    boolean isComplete =
        isGapTold
            || (lastOne == null
                ? first.number() > end.number()
                : wellFormedAfter(lastOne).number() > end.number()
                    && lastOne.epoch() == end.epoch());
    trace.require(
        isComplete,
        "delivered up to " + last + " but the log ends at " + end + " in " + subscription.state());
    for (Iterator<Entry> i = open.iterator(); i.hasNext(); ) {
      trace.require(false, i.next().position + " was never acknowledged");
    }
  }

  /** Returns the last event up to this one that was to be delivered. */
  private Position wellFormedUpTo(Position position) {
    Position last = position;
    while (chance.isMalformed(last) || dropped.contains(last)) {
      last = last.plus(-1);
    }
    return last;
  }

  private Position wellFormedAfter(Position before) {
    Position next = before.plus(1);
    while (chance.isMalformed(next)) {
      next = next.plus(1);
    }
    return next;
  }
}
