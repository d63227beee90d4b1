package dev.perennial.http;

import dev.perennial.http.internal.attempt.HttpFailures;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.TransportException;
import java.util.concurrent.TimeUnit;

/** How long reads have waited for the rest of the event that has begun. Not thread-safe. */
final class EventTime {
  /** How long a whole event may wait for the byte that ends it. */
  private static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Framer framer;
  private long eventNanos;
  private long overdueNanos;

  EventTime(Framer framer) {
    this.framer = framer;
  }

  /** The event has ended. */
  void reset() {
    eventNanos = 0;
    overdueNanos = 0;
  }

  /** Returns how long the next read may wait because of the event; not positive if it is late. */
  long nanosLeft(Deadlines limits) {
    if (!framer.isInsideEvent()) {
      reset();
      return Long.MAX_VALUE;
    }
    long left = limits.oneEventNanos() - eventNanos;
    return framer.overdue() == null ? left : Math.min(left, OVERDUE_NANOS - overdueNanos);
  }

  /** Notes how long a read has waited, before what it brought is looked at. */
  void waited(long nanos) {
    if (framer.isInsideEvent()) {
      eventNanos += nanos;
      overdueNanos = framer.overdue() == null ? 0 : overdueNanos + nanos;
    }
  }

  /** Returns the failure of an event that is late. */
  TransportException failure(String endpoint, Deadlines limits) {
    String overdue = framer.overdue();
    boolean isOverdue = OVERDUE_NANOS - overdueNanos <= limits.oneEventNanos() - eventNanos;
    return overdue != null && isOverdue
        ? HttpFailures.overdue(endpoint, overdue, OVERDUE_NANOS)
        : HttpFailures.stalled(endpoint, limits.oneEventNanos());
  }
}
