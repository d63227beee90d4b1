package dev.perennial;

import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Deadlines;
import java.time.Duration;

/**
 * How long a connection may bring bytes and no event. Only the time of reads counts, so a consumer
 * that does not ask for events cannot reach it. Touched by the engine's thread alone.
 */
final class StallLimit {
  private final Duration limit;
  private long readNanos; // Since the last event.

  StallLimit(Duration limit) {
    this.limit = limit;
  }

  /** The limits of the next read: the silence limit, or what is left until the stall. */
  Deadlines within(Deadlines silence) {
    long left = Math.max(1, Nanos.of(limit) - readNanos);
    return left < silence.noByteNanos() ? new Deadlines(left, silence.oneEventNanos()) : silence;
  }

  /** A read without an event took so long. */
  void passed(long nanos) {
    readNanos = Nanos.plus(readNanos, nanos);
  }

  void eventCame() {
    readNanos = 0;
  }

  boolean isReached() {
    return readNanos >= Nanos.of(limit);
  }

  ConnectionEnd ending(String endpoint) {
    return ConnectionEnd.failed(
        StreamException.Reason.STALLED,
        "Expected an event from " + endpoint + " within " + limit + " but got none",
        null);
  }
}
