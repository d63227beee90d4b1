package dev.perennial.internal.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.internal.resume.AcknowledgedCursor;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue between the engine and a consumer on an executor.
 *
 * <h2>Threads</h2>
 *
 * The engine thread puts entries in: events, gaps, states, checkpoints. A <em>drain</em> takes them
 * out and calls the consumer. There is at most one drain at a time, so callbacks never overlap, but
 * each may run on another thread of the executor. A drain delivers at most {@link #BATCH} entries
 * and then hands the rest to a new task, so that an executor with other work, such as an app's main
 * thread, stays responsive. The consumer's thread asks for more ({@link #demandAdded}) or closes
 * ({@link #cancel}). Every callback runs with no lock held.
 *
 * <h2>States</h2>
 *
 * Two named states change independently, both guarded by {@link #lock}. {@link Phase} says what may
 * still be delivered:
 *
 * <pre>
 *           put            finish               the last callback has begun, or cancel
 *   OPEN ---------> OPEN ---------> FINISHED ---------------------------------> CLOSED
 *    |   consumer threw                ^                                          ^
 *    +-----------------> BROKEN -------+------------------------------------------+
 * </pre>
 *
 * {@link Drain} says who delivers it:
 *
 * <pre>
 *   IDLE ----> SCHEDULED ----> DRAINING ----> IDLE       the queue is empty
 *                  ^               |--------> STARVED    the first entry waits for demand
 *                  +---------------+                     a batch was delivered and more is left
 *   SCHEDULED ----> REFUSED                              the executor takes no task, for good
 *   STARVED ------> IDLE                                 demand was added
 * </pre>
 *
 * A task that the executor runs at once, on the thread that hands it over, finds its own thread
 * draining. It only asks that drain to go on ({@link #runAgain}), so such an executor is served by
 * a loop and not by recursion.
 *
 * <h2>The end</h2>
 *
 * There is exactly one terminal callback, or none when the consumer closed or when it was a
 * subscriber that threw. Three things can go wrong here after the engine has chosen its end: the
 * consumer throws, the executor refuses, or the consumer requests illegal demand. Each is recorded
 * in the same locked section that changes the state, so {@link #finish} cannot miss it: a consumer
 * that threw never sees a completion, and a stream that lost events to a refusing executor never
 * completes. The subscription's own state is then corrected by {@link DeliveryHost#failedLate}.
 */
public final class QueuedDelivery<T> implements Delivery<T>, Runnable {
  private static final int BATCH = 64;

  private final Target<T> target;
  private final AcknowledgedCursor acknowledged;
  private final Executor executor;
  private final OverflowMode overflow;
  private final int capacity;
  private final DeliveryHost host;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final DeliveryQueue queue = new DeliveryQueue();

  @GuardedBy("lock")
  private Phase phase = Phase.OPEN;

  @GuardedBy("lock")
  private Drain drain = Drain.IDLE;

  /** The thread that may be calling the consumer; null while none is. */
  @GuardedBy("lock")
  private @Nullable Thread drainThread;

  @GuardedBy("lock")
  private boolean runAgain;

  /** What the terminal callback reports; null when the stream completed. */
  @GuardedBy("lock")
  private @Nullable Throwable end;

  /** What failed here: a {@link CallbackException}, or the executor's refusal; null as a rule. */
  @GuardedBy("lock")
  private @Nullable Exception ownFailure;

  /** Null unless the consumer requested illegal demand after the engine had chosen its end. */
  @GuardedBy("lock")
  private @Nullable IllegalDemandException illegalDemand;

  /** What may still be delivered. */
  private enum Phase {
    /** All that the engine puts in. */
    OPEN,
    /** Nothing but the end: the consumer threw. */
    BROKEN,
    /** What is in the queue, then the end. */
    FINISHED,
    /** Nothing: no callback begins any more. */
    CLOSED
  }

  /** Who delivers. */
  private enum Drain {
    IDLE,
    STARVED,
    SCHEDULED,
    DRAINING,
    REFUSED
  }

  public QueuedDelivery(
      Target<T> target,
      Executor executor,
      OverflowMode overflow,
      int capacity,
      AcknowledgedCursor acknowledged,
      DeliveryHost host) {
    this.target = target;
    this.executor = executor;
    this.overflow = overflow;
    this.capacity = capacity;
    this.acknowledged = acknowledged;
    this.host = host;
  }

  // ---- Putting in: the engine thread ----

  @Override
  public long claim(long atMost) {
    lock.lock();
    try {
      boolean isHeldBack = overflow == OverflowMode.BLOCK;
      return isHeldBack ? Math.min(atMost, (long) capacity - queue.events()) : atMost;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Event<T> event(Event<T> event) {
    return put(event);
  }

  @Override
  public void checkpoint(Runnable passed) {
    put(new DeliveryQueue.Checkpoint(passed));
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
    boolean isTooMany;
    boolean starts;
    lock.lock();
    try {
      if (phase != Phase.OPEN) {
        return null;
      }
      boolean isFull = entry instanceof Event && queue.events() >= capacity;
      isTooMany = isFull && overflow == OverflowMode.FAIL;
      if (!isFull) {
        queue.add(entry);
      } else if (!isTooMany) {
        dropped = queue.addByDropping((Event<?>) entry, overflow);
      }
      starts = startDrain();
    } finally {
      lock.unlock();
    }
    if (isTooMany) {
      host.fail(tooSlow());
    }
    if (starts) {
      schedule();
    }
    return (Event<T>) dropped;
  }

  private StreamException tooSlow() {
    return new StreamException(
        StreamException.Reason.OVERFLOW,
        "Expected no more than "
            + capacity
            + " events from "
            + host.endpoint()
            + " to wait for the consumer but one more came",
        null);
  }

  @Override
  public void finish(@Nullable Throwable failure) {
    StreamException corrected;
    boolean isSilent;
    boolean endsHere;
    boolean starts;
    lock.lock();
    try {
      if (phase == Phase.CLOSED) {
        return;
      }
      end = failure;
      corrected = correctEnd(phase == Phase.BROKEN);
      isSilent = phase == Phase.BROKEN && !isOwnFailureReported();
      phase = Phase.FINISHED;
      if (end instanceof IllegalDemandException) {
        dropWhatWaitsForDemand();
      }
      endsHere = drain == Drain.REFUSED;
      starts = !isSilent && startDrain();
    } finally {
      lock.unlock();
    }
    finish(corrected, isSilent, endsHere, starts);
  }

  /** Acts on what was decided with the lock held. */
  private void finish(
      @Nullable StreamException corrected, boolean isSilent, boolean endsHere, boolean starts) {
    if (corrected != null) {
      host.failedLate(corrected);
    }
    if (isSilent) {
      cancel();
    } else if (endsHere) {
      deliverEnd();
    } else if (starts) {
      schedule();
    }
  }

  /**
   * Replaces the engine's end by what failed here and the engine does not know of. Returns the
   * replacement; null when the end stays as it is.
   */
  @GuardedBy("lock")
  private @Nullable StreamException correctEnd(boolean isBroken) {
    StreamException corrected = null;
    Throwable engines = end;
    if (illegalDemand != null) {
      end = illegalDemand;
      return illegalDemand.asStreamException();
    } else if (isBroken && ownFailure instanceof CallbackException thrown) {
      boolean isKnown = engines != null && engines.getCause() == thrown.getCause();
      corrected = isKnown ? null : thrown.asStreamException();
    } else if (ownFailure instanceof StreamException refusal && queue.holdsSignals()) {
      corrected = engines == null ? refusal : null; // Never a completion that lost something.
    }
    end = corrected != null ? corrected : engines;
    return corrected;
  }

  @GuardedBy("lock")
  private boolean isOwnFailureReported() {
    return !(ownFailure instanceof CallbackException thrown) || thrown.isReported();
  }

  /** What waits for legal demand would wait forever. */
  @GuardedBy("lock")
  private void dropWhatWaitsForDemand() {
    queue.clear();
    if (drain == Drain.STARVED) {
      drain = Drain.IDLE;
    }
  }

  @Override
  public void abandon() {
    cancel();
  }

  // ---- The consumer's wishes: any thread ----

  @Override
  public void demandAdded() {
    boolean starts;
    lock.lock();
    try {
      if (drain == Drain.STARVED) {
        drain = Drain.IDLE;
      }
      starts = !queue.isEmpty() && startDrain();
    } finally {
      lock.unlock();
    }
    if (starts) {
      schedule();
    }
  }

  @Override
  public void illegalDemand(IllegalDemandException asked) {
    boolean starts;
    lock.lock();
    try {
      illegalDemand = asked;
      if (phase != Phase.FINISHED) {
        return; // The engine is about to finish, or nothing is delivered any more.
      }
      end = asked;
      dropWhatWaitsForDemand();
      starts = startDrain();
    } finally {
      lock.unlock();
    }
    host.failedLate(asked.asStreamException());
    if (starts) {
      schedule();
    }
  }

  @Override
  public void cancel() {
    lock.lock();
    try {
      phase = Phase.CLOSED;
      queue.clear();
    } finally {
      lock.unlock();
    }
    becameIdle(); // Unless a callback runs: then its drain does this when it returns.
  }

  // ---- Draining: a thread of the executor ----

  /** Returns whether the caller has to {@link #schedule} a drain. */
  @GuardedBy("lock")
  private boolean startDrain() {
    if (drain != Drain.IDLE || phase == Phase.CLOSED) {
      return false;
    }
    drain = Drain.SCHEDULED;
    return true;
  }

  private void schedule() {
    try {
      executor.execute(this);
    } catch (Throwable refusal) {
      refused(refusal);
    }
  }

  private void refused(Throwable cause) {
    StreamException refusal =
        new StreamException(
            StreamException.Reason.CONSUMER,
            "The executor that events are delivered on refused a task: " + cause,
            cause);
    StreamException corrected = null;
    boolean endsHere;
    lock.lock();
    try {
      drain = Drain.REFUSED;
      ownFailure = refusal;
      endsHere = phase == Phase.FINISHED;
      if (endsHere) {
        corrected = correctEnd(false);
      }
    } finally {
      lock.unlock();
    }
    if (endsHere) {
      finish(corrected, false, true, false);
    } else {
      host.fail(refusal);
    }
  }

  @Override
  public void run() {
    if (!enterDrain()) {
      return;
    }
    while (drainBatch()) {
      handOver();
      schedule();
      if (!goesOn()) {
        return;
      }
    }
  }

  /** False when this thread drains already, or there is nothing to drain. */
  private boolean enterDrain() {
    lock.lock();
    try {
      if (drainThread == Thread.currentThread()) {
        runAgain = true;
        return false;
      } else if (drain != Drain.SCHEDULED) {
        return false; // An executor that runs a task twice, or one that it has refused.
      }
      drain = Drain.DRAINING;
      drainThread = Thread.currentThread();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets another task drain the rest. */
  private void handOver() {
    lock.lock();
    try {
      drain = Drain.SCHEDULED;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the task that was just scheduled ran within this one, which then goes on. */
  private boolean goesOn() {
    lock.lock();
    try {
      if (runAgain) {
        runAgain = false;
        drain = Drain.DRAINING;
        return true;
      }
      if (drainThread == Thread.currentThread()) {
        drainThread = null; // Another thread may have begun to drain by now.
      }
    } finally {
      lock.unlock();
    }
    becameIdle();
    return false;
  }

  /** Delivers a batch; returns whether more may be left. */
  private boolean drainBatch() {
    for (int i = 0; i < BATCH; i++) {
      Object entry = take();
      if (entry == null || !deliver(entry)) {
        return false;
      }
    }
    return true;
  }

  /** Takes the next entry; null when this drain is over. */
  private @Nullable Object take() {
    boolean isEnd = false;
    boolean hasRoom = false;
    Object entry;
    lock.lock();
    try {
      entry = phase == Phase.CLOSED ? null : queue.first();
      if (entry == null) {
        isEnd = phase == Phase.FINISHED;
        leaveDrain(Drain.IDLE);
      } else if (needsDemand(entry) && target.takeDemand(1) == 0) {
        leaveDrain(Drain.STARVED);
        entry = null;
      } else {
        queue.removeFirst();
        hasRoom = entry instanceof Event && queue.events() <= capacity / 2;
      }
    } finally {
      lock.unlock();
    }
    if (isEnd) {
      deliverEnd();
    } else if (entry == null) {
      becameIdle();
    } else if (hasRoom) {
      host.deliveryChanged();
    }
    return entry;
  }

  @GuardedBy("lock")
  private void leaveDrain(Drain next) {
    drain = next;
    drainThread = null;
  }

  private boolean needsDemand(Object entry) {
    if (entry instanceof Signal<?> signal) {
      return target.needsDemand(signal);
    }
    return entry instanceof DeliveryQueue.Dropped dropped && target.needsDemand(gap(dropped));
  }

  private Gap gap(DeliveryQueue.Dropped dropped) {
    return Gap.of(
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
        target.event((Event<T>) event);
        acknowledged.handled(event);
      } else if (entry instanceof DeliveryQueue.Checkpoint checkpoint) {
        checkpoint.passed().run();
      } else if (entry instanceof DeliveryQueue.Dropped dropped) {
        target.gap(gap(dropped));
        acknowledged.dropped(dropped.cursor());
      } else if (entry instanceof Gap gap) {
        target.gap(gap);
      } else if (entry instanceof StreamState state) {
        target.state(state);
      } else {
        throw new IllegalStateException("Unknown entry " + entry);
      }
      return true;
    } catch (Throwable thrown) {
      broke(new CallbackException(thrown, target.reportsOwnFailure()));
      return false;
    }
  }

  /** The consumer threw: nothing that is in the queue is delivered to it. */
  private void broke(CallbackException thrown) {
    StreamException failure = thrown.asStreamException();
    boolean endsHere;
    lock.lock();
    try {
      ownFailure = thrown;
      queue.clear();
      leaveDrain(Drain.IDLE);
      endsHere = phase == Phase.FINISHED;
      if (phase == Phase.OPEN) {
        phase = Phase.BROKEN;
      }
      if (endsHere) {
        end = failure;
      }
    } finally {
      lock.unlock();
    }
    if (endsHere) {
      finish(failure, !thrown.isReported(), true, false);
    } else {
      host.fail(thrown);
      becameIdle();
    }
  }

  /** Makes the terminal callback on the calling thread, unless nothing is delivered any more. */
  private void deliverEnd() {
    Throwable reported;
    lock.lock();
    try {
      if (phase == Phase.CLOSED) {
        return;
      }
      phase = Phase.CLOSED;
      queue.clear();
      drainThread = Thread.currentThread();
      reported = end;
    } finally {
      lock.unlock();
    }
    Callbacks.runLast(() -> target.closed(reported));
    lock.lock();
    try {
      leaveDrain(Drain.IDLE);
    } finally {
      lock.unlock();
    }
    becameIdle();
  }

  /** No callback runs now. Releases the consumer when none will, and wakes whoever waits. */
  private void becameIdle() {
    if (isQuiet()) {
      target.release();
    }
    host.deliveryChanged();
  }

  // ---- Questions: any thread ----

  @Override
  public boolean isDrained() {
    lock.lock();
    try {
      return phase == Phase.CLOSED || (queue.isEmpty() && drainThread == null);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isQuiet() {
    lock.lock();
    try {
      return phase == Phase.CLOSED && drainThread == null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isInCallback() {
    lock.lock();
    try {
      return drainThread == Thread.currentThread();
    } finally {
      lock.unlock();
    }
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
