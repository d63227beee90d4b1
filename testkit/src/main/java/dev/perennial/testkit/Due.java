package dev.perennial.testkit;

/** Something that falls due in {@link VirtualTime}. */
final class Due implements Comparable<Due> {

  /** Whose it is. */
  enum Kind {
    /** The test's, or a task. */
    ACTION,
    /** The world's: bytes on their way. */
    ARRIVAL,
    /** The code's under test. */
    TIMER,
    /** The end of a wait, further down on the stack. */
    WAIT
  }

  final Kind kind;
  final String name;
  final VirtualTime.Action action;
  private final long order;
  long atNanos; // Since the start. Changes when the device sleeps.
  boolean hasRun;

  Due(Kind kind, long atNanos, long order, String name, VirtualTime.Action action) {
    this.kind = kind;
    this.atNanos = atNanos;
    this.order = order;
    this.name = name;
    this.action = action;
  }

  boolean standsStillInSleep() {
    return kind == Kind.TIMER || kind == Kind.WAIT;
  }

  @Override
  public int compareTo(Due that) {
    int byTime = Long.compare(atNanos, that.atNanos);
    return byTime != 0 ? byTime : Long.compare(order, that.order);
  }
}
