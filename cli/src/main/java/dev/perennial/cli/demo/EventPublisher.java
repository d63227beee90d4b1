package dev.perennial.cli.demo;

import dev.perennial.testkit.FakeEventLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Appends the events at a steady rate, so that some are always under way, but never further ahead
 * than the log can replay.
 */
final class EventPublisher {
  private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** What is made up for after a pause of this thread, and no more. */
  private static final long MOST_SLOTS_AT_ONCE = 10;

  private static final double SLOW = 0.25;

  private final FakeEventLog log;
  private final long events;
  private final double perNano;
  private final LongSupplier replayable;
  private final LongSupplier wanted;
  private final BooleanSupplier isStopped;

  /**
   * @param overNanos how long it takes if it never has to wait; 0 for full speed
   * @param replayable the number of the last event that may be appended now
   * @param wanted the number of the last event that is wanted soon: those after it come slowly, so
   *     that faults that take long still find the events that they are planned for
   */
  EventPublisher(
      FakeEventLog log,
      long events,
      long overNanos,
      LongSupplier replayable,
      LongSupplier wanted,
      BooleanSupplier isStopped) {
    this.log = log;
    this.events = events;
    this.perNano = (double) events / Math.max(SLOT_NANOS, overNanos);
    this.replayable = replayable;
    this.wanted = wanted;
    this.isStopped = isStopped;
  }

  /** Publishes until all events are in the log, or it is stopped. */
  void run() {
    double allowance = 0;
    long published = 0;
    long lastNanos = System.nanoTime();
    while (published < events && !isStopped.getAsBoolean()) {
      LockSupport.parkNanos(SLOT_NANOS);
      long now = System.nanoTime();
      long elapsed = Math.min(now - lastNanos, MOST_SLOTS_AT_ONCE * SLOT_NANOS);
      lastNanos = now;
      // What the bound forbids is not made up for later: a burst would be no steady stream.
      double rate = published < wanted.getAsLong() ? perNano : perNano * SLOW;
      allowance = allowance % 1 + elapsed * rate;
      long allowed = published + (long) allowance;
      long last = Math.min(events, Math.min(replayable.getAsLong(), allowed));
      while (published < last) {
        published++;
        log.append(TickEvents.TYPE, TickEvents.data(published));
      }
    }
  }
}
