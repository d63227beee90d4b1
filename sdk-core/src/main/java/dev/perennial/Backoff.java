package dev.perennial;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts failures in a row and asks resilience4j's policy what to do about the next one. The wait
 * itself is the engine's, since resilience4j's sleep cannot be cut short. Touched by the engine's
 * thread alone.
 */
final class Backoff {
  /** What {@link #delayNanos} returns when the policy gives up. */
  static final long GIVE_UP = -1;

  private final Retry retry;
  private final Jitter jitter;
  private final int maxAttempts;
  private Retry.AsyncContext<Object> context;
  private int failures;

  private Backoff(Retry retry, Jitter jitter, int maxAttempts) {
    this.retry = retry;
    this.jitter = jitter;
    this.maxAttempts = maxAttempts;
    this.context = retry.asyncContext();
  }

  /** Our own delays. resilience4j's random interval is not used: it clamps after the jitter. */
  static Backoff jittered(Jitter jitter, int maxAttempts) {
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(maxAttempts)
            .intervalBiFunction((attempt, failure) -> millis(jitter.delayNanos(attempt - 1)))
            .build();
    return new Backoff(Retry.of("perennial", config), jitter, maxAttempts);
  }

  /** A caller's delays, no shorter than the floor; the jitter serves what is no failure. */
  static Backoff callers(Retry retry, Jitter jitter, int maxAttempts) {
    return new Backoff(retry, jitter, maxAttempts);
  }

  /** How many attempts in a row have failed. */
  int failures() {
    return failures;
  }

  /** Counts a failure: the delay before the next attempt, or {@link #GIVE_UP}. */
  long delayNanos(StreamException failure) {
    Throwable cause = failure.getCause();
    long millis = context.onError(cause != null ? cause : failure);
    failures = failures == Integer.MAX_VALUE ? failures : failures + 1;
    boolean isOver = millis < 0 || failures >= maxAttempts;
    return isOver ? GIVE_UP : jitter.raisedNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  long cleanDelayNanos() {
    return jitter.cleanDelayNanos();
  }

  long resetAfterNanos() {
    return jitter.resetAfterNanos(failures);
  }

  void serverBase(Duration base) {
    jitter.serverBase(base);
  }

  Jitter jitter() {
    return jitter;
  }

  /** Reconnector has succeeded for good: the next failure is the first. */
  void reset() {
    if (failures > 0) {
      failures = 0;
      context.onComplete();
      context = retry.asyncContext();
    }
  }

  /** Rounds up, so that a floor stays one. */
  private static long millis(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    return TimeUnit.MILLISECONDS.toNanos(millis) < nanos ? millis + 1 : millis;
  }
}
