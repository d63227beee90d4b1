package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.TransportException;
import java.time.Duration;

/** One attempt while it opens: how much of its time is left, and whether it was called off. */
final class OpeningAttempt {
  private final Attempt attempt;
  private final Cancellation cancellation;
  private final long startNanos;
  private final long timeoutNanos;

  private OpeningAttempt(Attempt attempt, Cancellation cancellation, long timeoutNanos) {
    this.attempt = attempt;
    this.cancellation = cancellation;
    this.startNanos = attempt.timekeeper().nanoTime();
    this.timeoutNanos = timeoutNanos;
  }

  /** The attempt's time starts to run now. */
  static OpeningAttempt start(Attempt attempt, Cancellation cancellation) {
    return new OpeningAttempt(attempt, cancellation, nanos(attempt.timeout()));
  }

  Attempt attempt() {
    return attempt;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  /** What the whole attempt may take. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  /** Not more than 0 when the time is up. */
  long remainingNanos() {
    return timeoutNanos - (attempt.timekeeper().nanoTime() - startNanos);
  }

  /**
   * The failure of an attempt whose time is up.
   *
   * @param missing what did not come in time
   */
  TransportException timedOut(String missing) {
    return new TransportException(
        Reason.ATTEMPT_TIMEOUT, "Expected " + missing + " within " + attempt.timeout());
  }

  private static long nanos(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      // Longer than 292 years.
      return Long.MAX_VALUE;
    }
  }
}
