package dev.perennial.internal.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A bounded queue between the engine and a thread that reads from it. */
public final class ReaderDelivery<T> implements Delivery<T> {

  /** An event, or what to run at a checkpoint; the other one is null. */
  private record Entry<T>(@Nullable Event<T> event, @Nullable Runnable passed) {}

  private final Timekeeper time;
  private final DeliveryHost host;
  private final AcknowledgedCursor acknowledged;
  private final int capacity;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();

  @GuardedBy("lock")
  private int events;

  /** Returned to the reader and not yet acknowledged; null when there is none. */
  @GuardedBy("lock")
  private @Nullable Event<T> unacknowledged;

  @GuardedBy("lock")
  private boolean isFinished;

  @GuardedBy("lock")
  private boolean isCancelled;

  /** Null when the stream completed. */
  @GuardedBy("lock")
  private @Nullable Throwable failure;

  public ReaderDelivery(
      int capacity, Timekeeper time, AcknowledgedCursor acknowledged, DeliveryHost host) {
    this.capacity = capacity;
    this.time = time;
    this.acknowledged = acknowledged;
    this.host = host;
  }

  // ---- The reader's thread ----

  /**
   * Acknowledges the last event, and waits for the next one.
   *
   * @return null when the time has passed, or no event will come
   * @throws StreamException the failure that ended the subscription
   */
  @Nullable Event<T> next(long nanos) throws InterruptedException {
    long began = time.nanoTime();
    Event<T> next = null;
    boolean isRoomy;
    acknowledgeLast();
    lock.lock();
    try {
      while (next == null) {
        skipCheckpoints();
        Entry<T> entry = entries.pollFirst();
        if (entry != null) {
          next = entry.event;
          continue;
        }
        long left = nanos == Nanos.FOREVER ? nanos : nanos - (time.nanoTime() - began);
        if (isCancelled || isFinished || left <= 0) {
          break;
        }
        time.await(arrived, left);
      }
      if (next == null) {
        return orFailure();
      }
      unacknowledged = next;
      events--;
      isRoomy = events <= capacity / 2;
    } finally {
      lock.unlock();
    }
    if (isRoomy) {
      host.deliveryChanged();
    }
    return next;
  }

  private void acknowledgeLast() {
    lock.lock();
    try {
      if (unacknowledged == null) {
        return;
      }
      acknowledged.handled(unacknowledged);
      unacknowledged = null;
    } finally {
      lock.unlock();
    }
    host.deliveryChanged(); // The engine may wait until all is processed.
  }

  @GuardedBy("lock")
  private void skipCheckpoints() {
    Entry<T> first = entries.peekFirst();
    while (first != null && first.passed != null) {
      first.passed.run();
      entries.removeFirst();
      first = entries.peekFirst();
    }
  }

  @GuardedBy("lock")
  private @Nullable Event<T> orFailure() {
    StreamException ended = isCancelled ? null : Callbacks.asStreamException(failure);
    if (ended != null) {
      throw ended;
    }
    return null;
  }

  // ---- The engine's thread ----

  @Override
  public long claim(long atMost) {
    lock.lock();
    try {
      return Math.min(atMost, (long) capacity - events);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Event<T> event(Event<T> event) {
    put(new Entry<>(event, null));
    return null;
  }

  @Override
  public void checkpoint(Runnable passed) {
    put(new Entry<>(null, passed));
  }

  private void put(Entry<T> entry) {
    lock.lock();
    try {
      if (isCancelled) {
        return;
      }
      Entry<T> last = entries.peekLast();
      if (entry.event == null && last != null && last.event == null) {
        entries.removeLast(); // Of several checkpoints in a row the last one counts.
      }
      entries.addLast(entry);
      if (entry.event != null) {
        events++;
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void gap(Gap gap) {
    // A reader gets events only; signals and observers report gaps.
  }

  @Override
  public void state(StreamState state) {
    // A reader asks its subscription.
  }

  @Override
  public void finish(@Nullable Throwable failure) {
    lock.lock();
    try {
      this.failure = failure;
      isFinished = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void abandon() {
    cancel();
  }

  @Override
  public void demandAdded() {
    // A reader's demand is the room in the queue.
  }

  // ---- Any thread ----

  @Override
  public void illegalDemand(IllegalDemandException asked) {
    // A reader has no demand.
  }

  @Override
  public void cancel() {
    lock.lock();
    try {
      isCancelled = true;
      entries.clear();
      events = 0;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isDrained() {
    lock.lock();
    try {
      return isCancelled || (events == 0 && unacknowledged == null);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isQuiet() {
    return true; // A reader has no callbacks.
  }

  @Override
  public boolean isInCallback() {
    return false;
  }

  @Override
  public int buffered() {
    lock.lock();
    try {
      return events;
    } finally {
      lock.unlock();
    }
  }
}
