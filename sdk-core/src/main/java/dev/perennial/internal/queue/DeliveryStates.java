package dev.perennial.internal.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import dev.perennial.StreamException;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.IllegalDemandException;
import dev.perennial.internal.queue.Outcome.Act;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The states of a {@code QueuedDelivery}, and the queue that they are about. Each method is one
 * transition in one locked section. It calls nothing of others: it returns what its caller has to
 * do, without the lock.
 *
 * <p>{@link Drain} says who delivers, {@link DeliveryEnd} what it ends with, and {@link Phase} what
 * may still be delivered:
 *
 * <pre>
 *           add            finish              next finds nothing left, or cancel
 *   OPEN ---------> OPEN ---------> FINISHED ---------------------------------> CLOSED
 *    |   consumer threw                ^                                          ^
 *    +-----------------> BROKEN -------+------------------------------------------+
 * </pre>
 */
public final class DeliveryStates {

  /** What {@link #next} returns once, when its thread is to make the terminal callback. */
  public static final Object END = new Object();

  private final ReentrantLock lock = new ReentrantLock();
  private final OverflowMode overflow;

  @GuardedBy("lock")
  private final DeliveryQueue queue;

  @GuardedBy("lock")
  private final Drain drain = new Drain();

  @GuardedBy("lock")
  private final DeliveryEnd end = new DeliveryEnd();

  @GuardedBy("lock")
  private Phase phase = Phase.OPEN;

  /** The event that is delivered again before anything else; null when there is none. */
  @GuardedBy("lock")
  private @Nullable Event<?> again;

  /** Written by {@link #room}, and read by the engine thread, which called it. */
  private volatile long roomBytes = Long.MAX_VALUE;

  /** Written by {@link #next}, and read by the thread that called it. */
  private volatile boolean hasMadeRoom;

  public DeliveryStates(QueueBounds bounds) {
    this.queue = new DeliveryQueue(bounds);
    this.overflow = bounds.overflow();
  }

  // ---- The engine puts in ----

  /** Returns how many events the engine may add without asking again. */
  public long room(long atMost) {
    lock.lock();
    try {
      if (overflow != OverflowMode.BLOCK) {
        return atMost;
      }
      roomBytes = queue.roomBytes();
      return Math.min(atMost, queue.room());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns how many bytes the engine may add before it asks again, as of the last {@link #room}.
   */
  public long roomBytes() {
    return roomBytes;
  }

  /**
   * Adds an event.
   *
   * @param dropped where the events are added that are dropped to make room, perhaps this one
   * @return {@link Act#FAIL} when there is no room, and that ends the subscription
   */
  public Act add(Event<?> event, int size, List<Event<?>> dropped) {
    lock.lock();
    try {
      if (phase != Phase.OPEN) {
        return Act.NOTHING;
      }
      boolean fits = overflow == OverflowMode.BLOCK || queue.hasRoomFor(size);
      if (!fits && overflow == OverflowMode.FAIL) {
        return Act.FAIL;
      } else if (!fits && overflow == OverflowMode.DROP_NEWEST) {
        queue.dropNewest(event);
        dropped.add(event);
      } else {
        if (!fits) {
          queue.dropOldest(size, dropped);
        }
        queue.add(event, size);
      }
      return startDrain();
    } finally {
      lock.unlock();
    }
  }

  /** Adds what is not an event. */
  public Act addBetween(Object entry) {
    lock.lock();
    try {
      if (phase != Phase.OPEN) {
        return Act.NOTHING;
      }
      queue.addBetween(entry);
      return startDrain();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The engine has ended: what is in the queue is delivered, then the end.
   *
   * @param failure null when the stream completed
   */
  public Outcome finish(@Nullable Throwable failure) {
    lock.lock();
    try {
      if (phase == Phase.CLOSED) {
        return Outcome.NOTHING;
      }
      phase = Phase.FINISHED;
      StreamException corrected = end.choose(failure, holdsSignals());
      if (end.isSilent()) {
        close();
        return new Outcome(Act.RELEASE, corrected);
      }
      if (end.isIllegalDemand()) {
        dropWhatWaitsForDemand();
      }
      return new Outcome(drain.isRefused() ? Act.END : startDrain(), corrected);
    } finally {
      lock.unlock();
    }
  }

  /** What waits for legal demand would wait forever. */
  @GuardedBy("lock")
  private void dropWhatWaitsForDemand() {
    clear();
    drain.demandAdded();
  }

  @GuardedBy("lock")
  private Act startDrain() {
    if (phase == Phase.CLOSED) {
      return Act.NOTHING;
    } else if (drain.isScheduled()) {
      return Act.JOIN;
    }
    return drain.schedule() ? Act.SCHEDULE : Act.NOTHING;
  }

  @GuardedBy("lock")
  private void close() {
    phase = Phase.CLOSED;
    clear();
  }

  @GuardedBy("lock")
  private void clear() {
    queue.clear();
    again = null;
  }

  @GuardedBy("lock")
  private boolean isEmpty() {
    return queue.isEmpty() && again == null;
  }

  /** Whether something would be lost if nothing were delivered any more. */
  @GuardedBy("lock")
  private boolean holdsSignals() {
    return again != null || queue.holdsSignals();
  }

  // ---- The consumer's wishes ----

  public Act demandAdded() {
    lock.lock();
    try {
      drain.demandAdded();
      return isEmpty() ? Act.NOTHING : startDrain();
    } finally {
      lock.unlock();
    }
  }

  /** The consumer requested illegal demand, and the engine has chosen another end. */
  public Outcome illegalDemand(IllegalDemandException asked) {
    lock.lock();
    try {
      end.illegalDemand(asked);
      if (phase != Phase.FINISHED) {
        return Outcome.NOTHING; // The engine finishes soon, or all is over.
      }
      StreamException corrected = end.chooseAgain(holdsSignals());
      dropWhatWaitsForDemand();
      return new Outcome(startDrain(), corrected);
    } finally {
      lock.unlock();
    }
  }

  public void cancel() {
    lock.lock();
    try {
      close();
    } finally {
      lock.unlock();
    }
  }

  // ---- The executor ----

  /** The executor refused the drain, or dropped it. */
  public Outcome refused(StreamException refusal) {
    lock.lock();
    try {
      if (!drain.refuse()) {
        return Outcome.NOTHING;
      }
      end.refused(refusal);
      return phase == Phase.FINISHED
          ? new Outcome(Act.END, end.chooseAgain(holdsSignals()))
          : Outcome.FAIL;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of the drain that was handed over and has not begun; 0 when it has. */
  public long waitingDrain() {
    lock.lock();
    try {
      return drain.isScheduled() && phase != Phase.CLOSED ? drain.number() : 0;
    } finally {
      lock.unlock();
    }
  }

  // ---- A drain ----

  /** Begins to drain; false when this thread drains already, or there is nothing to drain. */
  public boolean enter() {
    lock.lock();
    try {
      return drain.enter();
    } finally {
      lock.unlock();
    }
  }

  /** Lets another task drain the rest. */
  public void handOver() {
    lock.lock();
    try {
      drain.handOver();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the task that was just handed over ran within this drain, which then goes on. */
  public boolean goesOn() {
    lock.lock();
    try {
      return drain.goesOn();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the next entry. With nothing left it returns {@link #END} when the calling thread is to
   * make the terminal callback, and else null: then this drain is over.
   *
   * @param mayDeliver takes the demand for an entry; false when there is none
   */
  public @Nullable Object next(Predicate<Object> mayDeliver) {
    lock.lock();
    try {
      Object entry = phase == Phase.CLOSED ? null : first();
      if (entry == null && phase == Phase.FINISHED) {
        close();
        return END;
      } else if (entry == null) {
        drain.becomeIdle();
      } else if (!mayDeliver.test(entry)) {
        drain.starve();
        entry = null;
      } else if (entry == again) {
        again = null;
        hasMadeRoom = false;
      } else {
        queue.removeFirst();
        hasMadeRoom = entry instanceof Event && queue.isRoomy();
      }
      return entry;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private @Nullable Object first() {
    return again != null ? again : queue.first();
  }

  /**
   * Ends this drain with the event that was taken last, which is delivered again after {@link
   * #endDelay}, and before anything else.
   *
   * @return false when nothing is delivered any more
   */
  public boolean delay(Event<?> event) {
    lock.lock();
    try {
      if (phase == Phase.CLOSED) {
        drain.becomeIdle();
        return false;
      }
      again = event;
      drain.delay();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The delayed event is due. */
  public Act endDelay() {
    lock.lock();
    try {
      return drain.endDelay() ? startDrain() : Act.NOTHING;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the entry that was taken last has left enough room to wake the engine. */
  public boolean hasMadeRoom() {
    return hasMadeRoom;
  }

  /** The consumer threw: nothing that is in the queue is delivered to it. */
  public Outcome broke(CallbackException thrown) {
    lock.lock();
    try {
      end.threw(thrown);
      clear();
      drain.becomeIdle();
      if (phase == Phase.OPEN) {
        phase = Phase.BROKEN;
      }
      if (phase != Phase.FINISHED) {
        return Outcome.FAIL;
      }
      StreamException corrected = end.chooseAgain(/* losesSignals= */ false);
      if (end.isSilent()) {
        close();
        return new Outcome(Act.RELEASE, corrected);
      }
      return new Outcome(Act.END, corrected);
    } finally {
      lock.unlock();
    }
  }

  /** Makes the calling thread the one that makes the terminal callback; false when none is made. */
  public boolean beginEnd() {
    lock.lock();
    try {
      if (phase == Phase.CLOSED) {
        return false;
      }
      close();
      drain.holdForEnd();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns what the terminal callback reports; null when the stream completed. */
  public @Nullable Throwable reported() {
    lock.lock();
    try {
      return end.reported();
    } finally {
      lock.unlock();
    }
  }

  /** The terminal callback has returned. */
  public void ended() {
    lock.lock();
    try {
      drain.becomeIdle();
    } finally {
      lock.unlock();
    }
  }

  // ---- Questions ----

  public boolean isDrained() {
    lock.lock();
    try {
      return phase == Phase.CLOSED || (isEmpty() && !drain.isHeld());
    } finally {
      lock.unlock();
    }
  }

  public boolean isQuiet() {
    lock.lock();
    try {
      return phase == Phase.CLOSED && !drain.isHeld();
    } finally {
      lock.unlock();
    }
  }

  public boolean isInCallback() {
    lock.lock();
    try {
      return drain.isOnThread();
    } finally {
      lock.unlock();
    }
  }

  public int events() {
    lock.lock();
    try {
      return queue.events();
    } finally {
      lock.unlock();
    }
  }
}
