package dev.perennial.internal.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.consumer.IllegalDemandException;
import dev.perennial.internal.queue.Between;
import dev.perennial.internal.queue.DeliveryQueue;
import dev.perennial.internal.queue.QueueBounds;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A bounded queue between the engine and a thread that reads from it. */
public final class ReaderDelivery<T> implements Delivery<T> {

  private final Timekeeper time;
  private final DeliveryHost host;
  private final AcknowledgedCursor acknowledged;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  @GuardedBy("lock")
  private final DeliveryQueue queue; // Of events and checkpoints.

  /** Returned to the reader and not yet acknowledged; null when there is none. */
  @GuardedBy("lock")
  private @Nullable Event<T> unacknowledged;

  @GuardedBy("lock")
  private boolean isFinished;

  @GuardedBy("lock")
  private boolean isCancelled;

  /** Whether the reader was closed before it had read everything. */
  @GuardedBy("lock")
  private boolean wasCut;

  /** Null when the stream completed. */
  @GuardedBy("lock")
  private @Nullable Throwable failure;

  public ReaderDelivery(
      QueueBounds bounds, Timekeeper time, AcknowledgedCursor acknowledged, DeliveryHost host) {
    this.queue = new DeliveryQueue(bounds);
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
        next = pollEvent();
        if (next != null) {
          break;
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
      isRoomy = queue.isRoomy();
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

  /** Passes the checkpoints before the next event, and takes that; null when there is none. */
  @GuardedBy("lock")
  @SuppressWarnings("unchecked") // Only events of T are put in.
  private @Nullable Event<T> pollEvent() {
    Object first = queue.first();
    while (first instanceof Between.Checkpoint checkpoint) {
      checkpoint.passed().run();
      queue.removeFirst();
      first = queue.first();
    }
    if (first != null) {
      queue.removeFirst();
    }
    return (Event<T>) first;
  }

  /** Whether everything was read of a stream that ended before the reader was closed. */
  boolean isReadToItsEnd() {
    lock.lock();
    try {
      return isFinished && !wasCut && queue.events() == 0;
    } finally {
      lock.unlock();
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
      return Math.min(atMost, queue.room());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long claimBytes() {
    lock.lock();
    try {
      return queue.roomBytes();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Event<T>> event(Event<T> event, int bytes) {
    lock.lock();
    try {
      if (!isCancelled) {
        queue.add(event, bytes);
        arrived.signalAll();
      }
    } finally {
      lock.unlock();
    }
    return List.of();
  }

  @Override
  public void checkpoint(Runnable passed) {
    lock.lock();
    try {
      if (!isCancelled) {
        queue.addBetween(new Between.Checkpoint(passed));
        arrived.signalAll();
      }
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
      wasCut = wasCut || !isFinished || queue.events() > 0;
      queue.clear();
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isDrained() {
    lock.lock();
    try {
      return isCancelled || (queue.events() == 0 && unacknowledged == null);
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
      return queue.events();
    } finally {
      lock.unlock();
    }
  }
}
