package dev.perennial.testkit;

import java.util.concurrent.Callable;

/** A task that is due at a point in virtual time. */
final class ScheduledTask implements Comparable<ScheduledTask> {

  /** Who scheduled it. */
  enum Kind {
    /** The test, or an executor. */
    ACTION,
    /** The outside world: bytes that are on their way. */
    ARRIVAL,
    /** The code under test: a timer. */
    TIMER,
    /** The code under test: the end of a wait, further down on the stack. */
    WAIT
  }

  final Kind kind;
  final String name;
  private final Callable<?> action;
  private final long order;
  long atNanos; // Since the start. Changes when the device sleeps.
  boolean hasRun;

  ScheduledTask(Kind kind, long atNanos, long order, String name, Callable<?> action) {
    this.kind = kind;
    this.atNanos = atNanos;
    this.order = order;
    this.name = name;
    this.action = action;
  }

  void run() throws Exception {
    hasRun = true;
    action.call();
  }

  boolean pausesInDeepSleep() {
    return kind == Kind.TIMER || kind == Kind.WAIT;
  }

  @Override
  public int compareTo(ScheduledTask that) {
    int byTime = Long.compare(atNanos, that.atNanos);
    return byTime != 0 ? byTime : Long.compare(order, that.order);
  }
}
