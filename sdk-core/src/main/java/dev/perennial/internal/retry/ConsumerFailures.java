package dev.perennial.internal.retry;

import dev.perennial.StreamException;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;

/**
 * Counts how often in a row the consumer has thrown at one event, and says what follows. Used by
 * one drain at a time.
 */
public final class ConsumerFailures {

  /** What {@link #next} returns when the subscription is to end. */
  public static final long FAIL = -1;

  /** What {@link #next} returns when the event is to be skipped. */
  public static final long SKIP = -2;

  /**
   * What the caller has set.
   *
   * @param isOfRetryPolicy whether the caller's rules for reconnecting decide, and nothing else
   *     here
   * @param maxRetries how often an event is delivered again
   * @param delay before each of these
   * @param skips whether the event is skipped after the last try
   */
  public record Rule(boolean isOfRetryPolicy, int maxRetries, Duration delay, boolean skips) {

    /** The caller's rules for reconnecting decide. */
    public static final Rule OF_RETRY_POLICY = new Rule(true, 0, Duration.ZERO, false);
  }

  private final Rule rule;
  private final RetrySettings retry;
  private final Timekeeper time;
  private final Backoff backoff;

  private int failures; // At the event that is being delivered.
  private long firstNanos; // When the first of them came.

  public ConsumerFailures(Rule rule, RetrySettings retry, Jitter jitter, Timekeeper time) {
    this.rule = rule;
    this.retry = retry;
    this.time = time;
    this.backoff = retry.backoff().create(jitter);
  }

  /**
   * Counts a failure. Returns after how many nanoseconds the event is delivered again, or {@link
   * #FAIL}, or {@link #SKIP}.
   */
  public long next(StreamException failure) {
    failures++;
    if (rule.isOfRetryPolicy) {
      return nextOfRetryPolicy(failure);
    } else if (failures <= rule.maxRetries) {
      return Nanos.of(rule.delay);
    }
    return rule.skips ? SKIP : FAIL;
  }

  private long nextOfRetryPolicy(StreamException failure) {
    long now = time.nanoTime();
    firstNanos = failures == 1 ? now : firstNanos;
    if (retry.rules().apply(failure) != Treatment.RETRY) {
      return FAIL;
    }
    long delay = backoff.nextDelayNanos(failure);
    Duration limit = retry.maxElapsed();
    boolean isTooLate =
        limit != null && Nanos.plus(now - firstNanos, Math.max(0, delay)) > Nanos.of(limit);
    return delay == Backoff.GIVE_UP || isTooLate ? FAIL : delay;
  }

  /** How often the consumer has thrown at the event that is being delivered. */
  public int failures() {
    return failures;
  }

  /** The event was processed, or skipped. */
  public void over() {
    if (failures > 0) {
      failures = 0;
      backoff.reset();
    }
  }
}
