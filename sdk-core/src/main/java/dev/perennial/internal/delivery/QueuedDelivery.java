package dev.perennial.internal.delivery;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.consumer.IllegalDemandException;
import dev.perennial.internal.consumer.Target;
import dev.perennial.internal.queue.Between;
import dev.perennial.internal.queue.DeliveryStates;
import dev.perennial.internal.queue.Outcome;
import dev.perennial.internal.queue.Outcome.Act;
import dev.perennial.internal.queue.QueueBounds;
import dev.perennial.internal.resume.AcknowledgedCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue between the engine and a consumer.
 *
 * <h2>Parts</h2>
 *
 * {@link DeliveryStates} holds the queue, and decides under its lock what is to be done. This class
 * does it, with no lock held: it calls the consumer, the executor and the subscription.
 *
 * <h2>Threads</h2>
 *
 * The engine thread puts entries in: events, gaps, states, checkpoints. A <em>drain</em> takes them
 * out and calls the consumer. There is at most one drain at a time, so callbacks never overlap, but
 * each may run on another thread. A drain on the consumer's executor delivers at most {@link
 * #BATCH} entries and then hands the rest to a new task, so that an executor with other work, such
 * as an app's main thread, stays responsive.
 *
 * <p>A consumer without an executor of its own is called by the engine thread, right when it has
 * put an entry in. But the engine thread may be blocked in a read when another thread adds demand
 * ({@link #demandAdded}). That thread must not do the work (Reactive Streams 3.4): a drain on a
 * thread of the runtime does it, until the queue is empty. A drain that the runtime has not begun
 * yet is taken over by the engine thread when that comes by, so a runtime without a free thread
 * delays callbacks and does not stop them.
 *
 * <h2>A consumer that throws</h2>
 *
 * {@link Redelivery} says what follows. An event that is delivered again stays here, before
 * everything else, and nothing is drained until it is due.
 *
 * <h2>The end</h2>
 *
 * {@code DeliveryEnd} says which terminal callback is made. When it is not what the engine has
 * reported as the subscription's end, {@link DeliveryHost#failedLate} corrects that.
 */
public final class QueuedDelivery<T> implements Delivery<T>, Runnable {
  private static final int BATCH = 64;

  private final Target<T> target;
  private final AcknowledgedCursor acknowledged;
  private final Executor executor;
  private final boolean isShared;
  private final QueueBounds bounds;
  private final DeliveryHost host;
  private final DeliveryStates states;
  private final Predicate<Object> mayDeliver = this::mayDeliver; // Made once, not for each entry.

  /** Null when the executor is the runtime's, whose work the engine thread takes over. */
  private final @Nullable DroppedTaskCheck check;

  /** Null when what the consumer throws always ends the subscription. */
  private final @Nullable Redelivery redelivery;

  /** What was dropped for the event that is being put in. Used by the engine thread. */
  private final List<Event<?>> dropped = new ArrayList<>(1);

  public QueuedDelivery(
      Target<T> target,
      DeliveryThreads threads,
      QueueBounds bounds,
      AcknowledgedCursor acknowledged,
      @Nullable Redelivery redelivery,
      DeliveryHost host) {
    this.target = target;
    this.redelivery = redelivery;
    this.executor = threads.executor();
    this.isShared = threads.isShared();
    this.bounds = bounds;
    this.acknowledged = acknowledged;
    this.host = host;
    this.states = new DeliveryStates(bounds);
    this.check = isShared ? null : new DroppedTaskCheck(threads, this, states, this::droppedTask);
  }

  // ---- The engine thread ----

  @Override
  public long claim(long atMost) {
    long room = states.room(atMost);
    if (room == 0 && isShared) {
      drainHere(); // If no thread of the runtime has begun to.
      room = states.room(atMost);
    }
    return room;
  }

  @Override
  public long claimBytes() {
    return states.roomBytes();
  }

  @Override
  @SuppressWarnings("unchecked") // Only events of T are put in.
  public List<Event<T>> event(Event<T> event, int bytes) {
    Act act = states.add(event, bytes, dropped);
    if (act == Act.FAIL) {
      host.fail(tooSlow());
    } else {
      hasPut(act);
    }
    if (dropped.isEmpty()) {
      return List.of();
    }
    List<Event<?>> reported = List.copyOf(dropped);
    dropped.clear();
    return (List<Event<T>>) (List<?>) reported;
  }

  private StreamException tooSlow() {
    String limit =
        states.events() < bounds.maxEvents()
            ? bounds.maxBytes() + " bytes of events"
            : bounds.maxEvents() + " events";
    return new StreamException(
        StreamException.Reason.OVERFLOW,
        "Expected no more than "
            + limit
            + " from "
            + host.endpoint()
            + " to wait for the consumer but one more came",
        null);
  }

  @Override
  public void checkpoint(Runnable passed) {
    hasPut(states.addBetween(new Between.Checkpoint(passed)));
  }

  @Override
  public void gap(Gap gap) {
    hasPut(states.addBetween(gap));
  }

  @Override
  public void state(StreamState state) {
    hasPut(states.addBetween(state));
  }

  @Override
  public void finish(@Nullable Throwable failure) {
    Outcome outcome = states.finish(failure);
    correct(outcome);
    if (outcome.act() == Act.SCHEDULE || outcome.act() == Act.JOIN) {
      hasPut(outcome.act());
    } else {
      perform(outcome.act());
    }
  }

  @Override
  public void abandon() {
    cancel();
  }

  private void hasPut(Act act) {
    if (isShared && (act == Act.SCHEDULE || act == Act.JOIN)) {
      drainHere();
    } else if (act == Act.SCHEDULE) {
      schedule();
    }
  }

  /** Drains all that the engine has put in, unless another thread does. */
  private void drainHere() {
    if (states.enter()) {
      boolean isMoreLeft = true;
      while (isMoreLeft) {
        isMoreLeft = drainBatch();
      }
    }
  }

  // ---- The consumer's wishes: any thread ----

  @Override
  public void demandAdded() {
    perform(states.demandAdded());
  }

  @Override
  public void illegalDemand(IllegalDemandException asked) {
    Outcome outcome = states.illegalDemand(asked);
    correct(outcome);
    perform(outcome.act());
  }

  @Override
  public void cancel() {
    states.cancel();
    becameIdle(); // Unless a callback runs: then its drain does this when it returns.
  }

  // ---- What a transition asks for ----

  private void correct(Outcome outcome) {
    StreamException corrected = outcome.corrected();
    if (corrected != null) {
      host.failedLate(corrected);
    }
  }

  private void perform(Act act) {
    switch (act) {
      case SCHEDULE -> schedule();
      case END -> {
        if (states.beginEnd()) {
          deliverEnd();
        }
      }
      case RELEASE -> becameIdle();
      case JOIN, NOTHING, FAIL -> {}
    }
  }

  private void schedule() {
    try {
      executor.execute(this);
    } catch (Throwable refusal) {
      if (isShared) {
        run(); // There is no other thread to do it.
      } else {
        failed("The executor that events are delivered on refused a task: " + refusal, refusal);
      }
      return;
    }
    if (check != null) {
      check.handedOver();
    }
  }

  /** The executor has taken the task and does not run it. */
  private void droppedTask(String problem) {
    failed(problem, null);
  }

  private void failed(String message, @Nullable Throwable cause) {
    StreamException failure = new StreamException(StreamException.Reason.CONSUMER, message, cause);
    Outcome outcome = states.refused(failure);
    correct(outcome);
    if (outcome.act() == Act.FAIL) {
      host.fail(failure);
    } else {
      perform(outcome.act());
    }
  }

  // ---- A drain ----

  /** Drains a batch on a thread of the executor, and hands over the rest. */
  @Override
  public void run() {
    if (!states.enter()) {
      return;
    }
    while (drainBatch()) {
      states.handOver();
      schedule();
      if (!states.goesOn()) {
        becameIdle();
        return;
      }
    }
  }

  /** Delivers a batch; returns whether more may be left. */
  private boolean drainBatch() {
    for (int i = 0; i < BATCH; i++) {
      Object entry = states.next(mayDeliver);
      if (entry == null) {
        becameIdle();
        return false;
      } else if (entry == DeliveryStates.END) {
        deliverEnd();
        return false;
      }
      if (states.hasMadeRoom()) {
        host.deliveryChanged();
      }
      if (!deliver(entry)) {
        return false;
      }
    }
    return true;
  }

  /** Takes the demand for an entry; false when it needs some and there is none. */
  private boolean mayDeliver(Object entry) {
    Signal<?> signal = null;
    if (entry instanceof Signal<?> own) {
      signal = own;
    } else if (entry instanceof Between.Dropped mark) {
      signal = gap(mark);
    }
    return signal == null || !target.needsDemand(signal) || target.takeDemand(1) > 0;
  }

  private Gap gap(Between.Dropped mark) {
    return Gap.of(
        Gap.Reason.OVERFLOW,
        acknowledged.cursor(),
        mark.count(),
        null,
        "The consumer was too slow: " + mark.count() + " events were dropped");
  }

  @SuppressWarnings("unchecked") // Only events of T are put in.
  private boolean deliver(Object entry) {
    try {
      if (entry instanceof Event<?> event) {
        target.event((Event<T>) event);
        acknowledged.handled(event);
        if (redelivery != null) {
          redelivery.handled();
        }
      } else if (entry instanceof Between.Checkpoint checkpoint) {
        checkpoint.passed().run();
      } else if (entry instanceof Between.DroppedUpTo last) {
        acknowledged.dropped(last.cursor());
      } else if (entry instanceof Between.Dropped mark) {
        target.gap(gap(mark));
      } else if (entry instanceof Gap gap) {
        target.gap(gap);
      } else if (entry instanceof StreamState state) {
        target.state(state);
      } else {
        throw new IllegalStateException("Unknown entry " + entry);
      }
      return true;
    } catch (Throwable thrown) {
      CallbackException failure = new CallbackException(thrown, target.reportsOwnFailure());
      if (redelivery != null && entry instanceof Event<?> event) {
        return hasPassed(event, failure, redelivery);
      }
      return broke(failure);
    }
  }

  /** Does what follows when the consumer threw at an event; returns whether it is passed. */
  private boolean hasPassed(Event<?> event, CallbackException thrown, Redelivery policy) {
    Redelivery.Step step;
    try {
      step = policy.after(event, thrown);
    } catch (CallbackException ofObserver) {
      return broke(ofObserver);
    }
    switch (step) {
      case FAIL -> {
        return broke(thrown.after(policy.failures()));
      }
      case SKIP -> {
        acknowledged.handled(event);
        event.acknowledge(); // The consumer will not.
        return true;
      }
      case RETRY -> {
        if (states.delay(event)) {
          policy.arm(() -> hasPut(states.endDelay()));
        } else {
          becameIdle();
        }
        return false;
      }
    }
    throw new IllegalStateException("Unknown step " + step);
  }

  /** Ends the subscription with what the consumer, or an observer, threw; returns false. */
  private boolean broke(CallbackException thrown) {
    Outcome outcome = states.broke(thrown);
    correct(outcome);
    if (outcome.act() == Act.FAIL) {
      host.fail(thrown);
      becameIdle();
    } else {
      perform(outcome.act());
    }
    return false;
  }

  /** Makes the terminal callback; no other callback is made any more. */
  private void deliverEnd() {
    Throwable reported = states.reported();
    Callbacks.runLast(() -> target.closed(reported));
    states.ended();
    becameIdle();
  }

  /** No callback runs now. Releases the consumer when none will, and wakes whoever waits. */
  private void becameIdle() {
    if (isQuiet()) {
      target.release();
      if (check != null) {
        check.stop();
      }
      if (redelivery != null) {
        redelivery.stop();
      }
    }
    host.deliveryChanged();
  }

  // ---- Questions: any thread ----

  @Override
  public boolean isDrained() {
    return states.isDrained();
  }

  @Override
  public boolean isQuiet() {
    return states.isQuiet();
  }

  @Override
  public boolean isInCallback() {
    return states.isInCallback();
  }

  @Override
  public int buffered() {
    return states.events();
  }
}
