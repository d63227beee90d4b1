package dev.perennial.internal.retry;

import dev.perennial.StreamException;
import dev.perennial.internal.time.Nanos;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits and gives up as a caller's resilience4j {@link Retry} says. Only its decision is used: its
 * own sleep cannot be cut short. Loaded only for callers who bring a {@code Retry}.
 */
public final class Resilience4jBackoff implements Backoff {
  private final Retry retry;
  private final long floorNanos;
  private final int maxAttempts;

  /** Draws the delays after orderly ends, of which resilience4j knows nothing. */
  private final JitteredBackoff orderly;

  private Retry.AsyncContext<Object> context;
  private int failures;

  private Resilience4jBackoff(
      Retry retry, JitteredBackoff orderly, long floorNanos, int maxAttempts) {
    this.retry = retry;
    this.orderly = orderly;
    this.floorNanos = floorNanos;
    this.maxAttempts = maxAttempts;
    this.context = retry.asyncContext();
  }

  /**
   * Adapts {@code retry}; its delays are raised to {@code floor}.
   *
   * @param orderly draws the delays after orderly ends
   */
  public static Backoff.Factory of(
      Retry retry, JitteredBackoff.Factory orderly, Duration floor, int maxAttempts) {
    long floorNanos = Nanos.of(floor);
    return jitter ->
        new Resilience4jBackoff(retry, orderly.create(jitter), floorNanos, maxAttempts);
  }

  @Override
  public long nextDelayNanos(StreamException failure) {
    Throwable cause = failure.getCause();
    long millis = context.onError(cause != null ? cause : failure);
    failures = failures == Integer.MAX_VALUE ? failures : failures + 1;
    boolean isOver = millis < 0 || failures >= maxAttempts;
    return isOver ? GIVE_UP : Math.max(floorNanos, TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Override
  public long orderlyDelayNanos() {
    return orderly.orderlyDelayNanos();
  }

  @Override
  public int failures() {
    return failures;
  }

  @Override
  public long resetAfterNanos() {
    return orderly.resetAfterNanos(failures);
  }

  @Override
  public void reset() {
    if (failures > 0) {
      failures = 0;
      context.onComplete();
      context = retry.asyncContext();
    }
  }

  /** resilience4j counts by itself, so its failures are forgotten together or not at all. */
  @Override
  public void forgive(int count) {
    if (count >= failures) {
      reset();
    }
  }

  @Override
  public void serverBase(long nanos) {
    orderly.serverBase(nanos);
  }
}
