package dev.perennial;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue between the engine and a consumer on an executor. One drain at a time takes from
 * it, a batch for each task, so that an executor with other work (an app's main thread) stays
 * responsive.
 */
final class QueuedDelivery<T> implements Delivery<T>, Runnable {
  private static final int BATCH = 64;

  private final Target<T> consumer;
  private final Engine<T> engine;
  private final AcknowledgedCursor acknowledged;
  private final Executor executor;
  private final Overflow.Kind overflow;
  private final int capacity;
  private final EngineSignals controls;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final DeliveryQueue backlog = new DeliveryQueue();
  private boolean isScheduled;
  private @Nullable Thread drainer; // Null while no callback runs.
  private boolean isStarved; // The first entry is an event and there is no demand for it.
  private boolean isFinished;
  private boolean isSilent; // No callback begins any more.
  private boolean isBroken; // The consumer threw.
  private boolean isRefused; // The executor takes no tasks.
  private boolean isAgain; // The executor ran a drain within the one that scheduled it.
  private @Nullable Throwable failure; // Null when the stream completed.
  private @Nullable Throwable late; // What failed here when the engine had ended; null as a rule.
  private @Nullable IllegalDemandException illegal; // What was asked for then; null as a rule.

  QueuedDelivery(Target<T> consumer, Engine<T> engine, Executor executor, Overflow overflow) {
    this.consumer = consumer;
    this.engine = engine;
    this.acknowledged = engine.acknowledged();
    this.executor = executor;
    this.overflow = overflow.kind();
    this.capacity = overflow.size();
    this.controls = engine.controls();
  }

  @Override
  public long claim(long atMost) {
    lock.lock();
    try {
      boolean isHeldBack = overflow == Overflow.Kind.BLOCK;
      return isHeldBack ? Math.min(atMost, (long) capacity - backlog.events()) : atMost;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Event<T> event(Event<T> event) {
    return put(event);
  }

  private StreamException tooSlow() {
    return new StreamException(
        StreamException.Reason.OVERFLOW,
        "Expected no more than "
            + capacity
            + " events from "
            + engine.endpoint()
            + " to wait for the consumer but one more came",
        null);
  }

  @Override
  public void checkpoint(@Nullable String cursor) {
    put(new DeliveryQueue.Checkpoint(cursor));
  }

  @Override
  public void gap(Gap gap) {
    put(gap);
  }

  @Override
  public void state(StreamState state) {
    put(state);
  }

  /** Returns the event that was dropped; null when none was. */
  @SuppressWarnings("unchecked") // Only events of T are put in.
  private @Nullable Event<T> put(Object entry) {
    Event<?> dropped = null;
    boolean isTooMany = false;
    boolean starts;
    lock.lock();
    try {
      if (isSilent || isBroken) {
        return null;
      }
      boolean isFull = entry instanceof Event && backlog.events() >= capacity;
      isTooMany = isFull && overflow == Overflow.Kind.FAIL;
      if (!isFull) {
        backlog.add(entry);
      } else if (!isTooMany) {
        dropped = backlog.addByDropping((Event<?>) entry, overflow);
      }
      starts = startsDrain();
    } finally {
      lock.unlock();
    }
    if (isTooMany) {
      controls.fail(tooSlow()); // Without the lock: it closes the connection.
    }
    if (starts) {
      schedule();
    }
    return (Event<T>) dropped;
  }

  @Override
  public void demandAdded() {
    boolean starts;
    lock.lock();
    try {
      isStarved = false;
      starts = !backlog.isEmpty() && startsDrain();
    } finally {
      lock.unlock();
    }
    if (starts) {
      schedule();
    }
  }

  /** Called with the lock held; whether the caller is to {@link #schedule}. */
  private boolean startsDrain() {
    if (isScheduled || isStarved || isSilent || isRefused) {
      return false;
    }
    isScheduled = true;
    return true;
  }

  private void schedule() {
    try {
      executor.execute(this);
    } catch (Throwable refusal) {
      refused(refusal);
    }
  }

  private void refused(Throwable refusal) {
    lock.lock();
    try {
      isScheduled = false;
      isRefused = true;
    } finally {
      lock.unlock();
    }
    failed(
        new StreamException(
            StreamException.Reason.CONSUMER,
            "The executor that events are delivered on refused a task: " + refusal,
            refusal));
  }

  /** Ends the subscription, or changes its end when the engine has ended before. */
  private void failed(Throwable cause) {
    if (controls.fail(cause)) {
      return;
    }
    boolean endsHere;
    lock.lock();
    try {
      late = cause;
      endsHere = isFinished;
    } finally {
      lock.unlock();
    }
    if (endsHere) {
      endLate();
    }
  }

  /** The engine has ended, and what it handed over cannot be delivered. */
  private void endLate() {
    StreamException changed = null;
    boolean isTold = true;
    lock.lock();
    try {
      if (isSilent) {
        return;
      } else if (late instanceof CallbackException thrown) {
        changed = thrown.asStreamException();
        isTold = thrown.isTold();
      } else if (late instanceof StreamException refusal && backlog.holdsSignals()) {
        changed = failure == null ? refusal : null; // Never a completion that lost something.
      }
      failure = changed != null ? changed : failure;
    } finally {
      lock.unlock();
    }
    if (changed != null) {
      engine.failedLate(changed);
    }
    if (isTold) {
      deliverEnd();
    } else {
      cancel();
    }
  }

  @Override
  public void run() {
    if (isNested()) {
      return;
    }
    while (drainBatch()) {
      schedule();
      if (!leaveOrGoOn()) {
        return;
      }
    }
  }

  /** An executor that runs tasks at once is answered by a loop, not by recursion. */
  private boolean isNested() {
    lock.lock();
    try {
      isAgain = drainer == Thread.currentThread();
      return isAgain;
    } finally {
      lock.unlock();
    }
  }

  private boolean leaveOrGoOn() {
    lock.lock();
    try {
      boolean goesOn = isAgain;
      isAgain = false;
      if (goesOn) {
        return true;
      }
      if (drainer == Thread.currentThread()) {
        drainer = null;
      }
    } finally {
      lock.unlock();
    }
    becameIdle();
    return false;
  }

  /** Whether more may be left. */
  private boolean drainBatch() {
    for (int i = 0; i < BATCH; i++) {
      Object entry = take();
      if (entry == null || !deliver(entry)) {
        return false;
      }
    }
    return true;
  }

  /** The next entry; null when this drain is over. */
  private @Nullable Object take() {
    boolean isEnd;
    boolean isRoomy = false;
    Object entry;
    lock.lock();
    try {
      drainer = null;
      entry = isSilent ? null : backlog.first();
      isStarved = needsDemand(entry) && consumer.takeDemand(1) == 0;
      isEnd = entry == null && isFinished && !isSilent;
      if (entry == null || isStarved) {
        isScheduled = isEnd;
        entry = null;
      } else {
        backlog.removeFirst();
        drainer = Thread.currentThread();
        isRoomy = entry instanceof Event && backlog.events() <= capacity / 2;
      }
    } finally {
      lock.unlock();
    }
    if (isEnd) {
      deliverEnd();
    } else if (entry == null) {
      becameIdle();
    } else if (isRoomy) {
      controls.outletChanged();
    }
    return entry;
  }

  private boolean needsDemand(@Nullable Object entry) {
    if (entry instanceof Signal<?> signal) {
      return consumer.needsDemand(signal);
    }
    return entry instanceof DeliveryQueue.Dropped dropped && consumer.needsDemand(gap(dropped));
  }

  private Gap gap(DeliveryQueue.Dropped dropped) {
    return new Gap(
        Gap.Reason.OVERFLOW,
        acknowledged.cursor(),
        dropped.count(),
        null,
        "The consumer was too slow: " + dropped.count() + " events were dropped");
  }

  @SuppressWarnings("unchecked") // Only events of T are put in.
  private boolean deliver(Object entry) {
    try {
      if (entry instanceof Event<?> event) {
        consumer.event((Event<T>) event);
        acknowledged.handled(event);
      } else if (entry instanceof DeliveryQueue.Checkpoint checkpoint) {
        acknowledged.checkpoint(checkpoint.cursor());
      } else if (entry instanceof DeliveryQueue.Dropped dropped) {
        consumer.gap(gap(dropped));
        acknowledged.checkpoint(dropped.cursor());
      } else if (entry instanceof Gap gap) {
        consumer.gap(gap);
      } else if (entry instanceof StreamState state) {
        consumer.state(state);
      } else {
        throw new IllegalStateException("Unknown entry " + entry);
      }
      return true;
    } catch (Throwable thrown) {
      broken();
      failed(new CallbackException(thrown, consumer.hearsOwnFailure()));
      return false;
    }
  }

  /** The consumer threw: nothing that lies in the queue is delivered to it. */
  private void broken() {
    lock.lock();
    try {
      isBroken = true;
      backlog.clear();
      drainer = null;
      isScheduled = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void finish(@Nullable Throwable failure) {
    boolean starts;
    boolean isAlone;
    boolean isLate;
    IllegalDemandException overtaking;
    lock.lock();
    try {
      overtaking = illegal;
      this.failure = overtaking != null ? overtaking : failure;
      isFinished = true;
      if (this.failure instanceof IllegalDemandException) {
        forgetBacklog();
      }
      isAlone = isRefused;
      isLate = late != null;
      starts = startsDrain();
    } finally {
      lock.unlock();
    }
    if (overtaking != null) {
      engine.failedLate(overtaking.asStreamException());
    }
    if (isLate) {
      endLate();
    } else if (isAlone) {
      deliverEnd();
    } else if (starts) {
      schedule();
    }
  }

  @Override
  public void illegalDemand(IllegalDemandException asked) {
    boolean starts;
    lock.lock();
    try {
      illegal = asked;
      if (isSilent || !isFinished) {
        return; // The engine is about to finish.
      }
      failure = asked;
      forgetBacklog();
      starts = startsDrain();
    } finally {
      lock.unlock();
    }
    engine.failedLate(asked.asStreamException());
    if (starts) {
      schedule();
    }
  }

  /** Called with the lock held. What waits for legal demand would wait for ever. */
  private void forgetBacklog() {
    backlog.clear();
    isStarved = false;
  }

  /** The terminal signal, once: on the executor, or on the caller's thread when that refuses. */
  private void deliverEnd() {
    Throwable end;
    lock.lock();
    try {
      if (isSilent) {
        return;
      }
      isSilent = true;
      backlog.clear();
      drainer = Thread.currentThread();
      end = failure;
    } finally {
      lock.unlock();
    }
    IoFailures.lastCall(() -> consumer.closed(end));
    lock.lock();
    try {
      drainer = null;
    } finally {
      lock.unlock();
    }
    becameIdle();
  }

  /** No callback runs now. When none will, the consumer can go, and who waits for that can see. */
  private void becameIdle() {
    if (isQuiet()) {
      consumer.release();
    }
    controls.outletChanged();
  }

  @Override
  public void abandon() {
    cancel();
  }

  @Override
  public void cancel() {
    lock.lock();
    try {
      isSilent = true;
      backlog.clear();
    } finally {
      lock.unlock();
    }
    becameIdle(); // Unless a callback runs: then its drain lets the consumer go.
  }

  @Override
  public boolean isDrained() {
    lock.lock();
    try {
      return isSilent || (backlog.isEmpty() && drainer == null);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isQuiet() {
    lock.lock();
    try {
      return isSilent && drainer == null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isInCallback() {
    lock.lock();
    try {
      return drainer == Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int buffered() {
    lock.lock();
    try {
      return backlog.events();
    } finally {
      lock.unlock();
    }
  }
}
