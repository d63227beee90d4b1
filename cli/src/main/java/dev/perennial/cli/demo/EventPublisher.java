package dev.perennial.cli.demo;

import dev.perennial.testkit.FakeEventLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Appends the events to the log at a steady rate, so that faults hit events in flight, but never
 * further ahead of the consumer than the log can replay.
 */
final class EventPublisher {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** After a longer pause of this thread, the publisher does not catch up. */
  private static final long MAX_CATCH_UP_TICKS = 10;

  private static final double SLOW_FACTOR = 0.25;

  private final FakeEventLog log;
  private final long events;
  private final double perNano;
  private final LongSupplier replayable;
  private final LongSupplier wanted;
  private final BooleanSupplier isStopped;

  /**
   * @param events how many to publish
   * @param overNanos the duration without any wait; 0 for full speed
   * @param replayable the number of the last event that may be appended now
   * @param wanted the number of the last event that is needed soon; later ones are published
   *     slowly, so that a slow fault does not use up the events that other faults are planned for
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
    this.perNano = (double) events / Math.max(TICK_NANOS, overNanos);
    this.replayable = replayable;
    this.wanted = wanted;
    this.isStopped = isStopped;
  }

  /** Publishes until the log has all events, or until it is stopped. */
  void run() {
    double allowance = 0;
    long published = 0;
    long lastNanos = System.nanoTime();
    while (published < events && !isStopped.getAsBoolean()) {
      LockSupport.parkNanos(TICK_NANOS);
      long now = System.nanoTime();
      long elapsed = Math.min(now - lastNanos, MAX_CATCH_UP_TICKS * TICK_NANOS);
      lastNanos = now;
      // Only the fraction carries over: catching up with the bound would publish in bursts.
      double rate = published < wanted.getAsLong() ? perNano : perNano * SLOW_FACTOR;
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
