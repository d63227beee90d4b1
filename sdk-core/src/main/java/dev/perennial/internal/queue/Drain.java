package dev.perennial.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * Who delivers what is in the queue of a {@code QueuedDelivery}: at most one drain at a time. Not
 * thread-safe: {@link DeliveryStates} has a lock.
 *
 * <pre>
 *   IDLE ----> SCHEDULED ----> DRAINING ----> IDLE       the queue is empty
 *                  ^               |--------> STARVED    the first entry waits for demand
 *                  +---------------+                     a batch was delivered and more is left
 *   SCHEDULED ----> REFUSED                              the executor takes no task, for good
 *   STARVED ------> IDLE                                 demand was added
 *   DRAINING -----> DELAYED                              an event is due again later
 *   DELAYED ------> IDLE                                 it is due
 * </pre>
 *
 * A task that the executor runs at once, on the thread that hands it over, finds its own thread
 * draining. It only asks that drain to go on, so such an executor is served by a loop and not by
 * recursion.
 */
final class Drain {

  private enum State {
    IDLE,
    STARVED,
    DELAYED,
    SCHEDULED,
    DRAINING,
    REFUSED
  }

  private State state = State.IDLE;

  /** How many drains were handed over. */
  private long handedOver;

  /** The thread that may be calling the consumer; null while none is. */
  private @Nullable Thread thread;

  private boolean isAskedToGoOn;

  /** Schedules a drain; false when there is one, or none can be. */
  boolean schedule() {
    if (state != State.IDLE) {
      return false;
    }
    handOver();
    return true;
  }

  /** Lets another task drain the rest. */
  void handOver() {
    state = State.SCHEDULED;
    handedOver++;
  }

  boolean isScheduled() {
    return state == State.SCHEDULED;
  }

  /** The number of the drain that was handed over last. */
  long number() {
    return handedOver;
  }

  void demandAdded() {
    if (state == State.STARVED) {
      state = State.IDLE;
    }
  }

  /** The executor takes no task; false when the drain has begun after all. */
  boolean refuse() {
    boolean isRefused = state == State.SCHEDULED;
    if (isRefused) {
      state = State.REFUSED;
    }
    return isRefused;
  }

  boolean isRefused() {
    return state == State.REFUSED;
  }

  /** Begins on the calling thread; false when it drains already, or there is nothing to drain. */
  boolean enter() {
    if (isOnThread()) {
      isAskedToGoOn = true;
      return false;
    } else if (state != State.SCHEDULED) {
      return false; // A task that ran twice, or that another thread has overtaken.
    }
    state = State.DRAINING;
    thread = Thread.currentThread();
    return true;
  }

  /** Whether the task that was just handed over ran within this drain, which then goes on. */
  boolean goesOn() {
    if (isAskedToGoOn) {
      isAskedToGoOn = false;
      state = State.DRAINING;
      return true;
    }
    if (isOnThread()) {
      thread = null; // Another thread may have begun to drain by now.
    }
    return false;
  }

  /** The first entry waits for demand. */
  void starve() {
    state = State.STARVED;
    thread = null;
  }

  /** The event that was delivered last is due again later. */
  void delay() {
    state = State.DELAYED;
    thread = null;
  }

  /** The event is due; false when no event was delayed, or all is over. */
  boolean endDelay() {
    boolean wasDelayed = state == State.DELAYED;
    if (wasDelayed) {
      state = State.IDLE;
    }
    return wasDelayed;
  }

  void becomeIdle() {
    state = State.IDLE;
    thread = null;
  }

  /** The calling thread makes the terminal callback. */
  void holdForEnd() {
    thread = Thread.currentThread();
  }

  boolean isOnThread() {
    return thread == Thread.currentThread();
  }

  /** Whether a thread may be calling the consumer. */
  boolean isHeld() {
    return thread != null;
  }
}
