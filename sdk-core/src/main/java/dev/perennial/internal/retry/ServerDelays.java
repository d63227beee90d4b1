package dev.perennial.internal.retry;

import dev.perennial.StreamException;
import dev.perennial.StreamState.DelayRule;
import dev.perennial.internal.retry.NextStep.RetryAfter;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;

/**
 * Applies the delay that the server asks for: by the last {@code retry} of the stream, by {@code
 * Retry-After}, or by its close code.
 */
final class ServerDelays {
  private static final int SERVICE_RESTART = 1012;
  private static final int TRY_AGAIN_LATER = 1013;
  private static final Duration SERVICE_RESTART_LEAST = Duration.ofSeconds(5);
  private static final Duration SERVICE_RESTART_SPREAD = Duration.ofSeconds(25);
  private static final Duration TRY_AGAIN_LATER_LEAST = Duration.ofSeconds(30);

  private final long limitNanos;
  private final Jitter jitter;

  ServerDelays(Duration limit, Jitter jitter) {
    this.limitNanos = Nanos.of(limit);
    this.jitter = jitter;
  }

  /**
   * Returns the same step, but not before the server wants it.
   *
   * @param streamsNanos the last {@code retry} of the stream; 0 when there was none
   */
  RetryAfter applyTo(RetryAfter step, ConnectionEnd end, long streamsNanos) {
    RetryAfter retry =
        step.delayNanos() < streamsNanos
            ? step.notBefore(jitter.spreadNanos(streamsNanos), step.rule())
            : step;
    if (end.reason() == StreamException.Reason.CLOSE_CODE && end.code() == SERVICE_RESTART) {
      long spread = jitter.upToNanos(Nanos.of(SERVICE_RESTART_SPREAD));
      return retry.notBefore(Nanos.of(SERVICE_RESTART_LEAST) + spread, DelayRule.CLOSE_CODE);
    }
    if (end.reason() == StreamException.Reason.CLOSE_CODE && end.code() == TRY_AGAIN_LATER) {
      long least = jitter.spreadNanos(Nanos.of(TRY_AGAIN_LATER_LEAST));
      return retry.notBefore(least, DelayRule.CLOSE_CODE);
    }
    Duration asked = end.notBefore();
    if (asked == null) {
      return retry;
    }
    long bound = jitter.spreadNanos(Math.min(limitNanos, Nanos.of(asked)));
    return retry.notBefore(bound, DelayRule.RETRY_AFTER);
  }
}
