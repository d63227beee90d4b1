package dev.perennial.internal.engine;

import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.delivery.CallbackException;
import dev.perennial.internal.retry.Jitter;
import dev.perennial.internal.retry.NextStep.RetryAfter;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Waits before an attempt. A wake shortens the wait, though not below what the server asked for; of
 * that, it keeps what a park interrupted. Used by the engine thread only.
 */
final class RetryTimer {
  /** The time over which a wake is spread, so that many clients do not reconnect at once. */
  static final Duration WAKE_SPREAD = Duration.ofMillis(250);

  private final Timekeeper time;
  private final EngineSignals signals;
  private final SubscriptionStatus status;
  private final Notifier notifier;
  private final Jitter jitter;

  private @Nullable RetryAfter bound; // Null unless the server asked for a delay.
  private long boundUntilNanos; // Meaningful while it did.

  RetryTimer(
      Timekeeper time,
      EngineSignals signals,
      SubscriptionStatus status,
      Notifier notifier,
      Jitter jitter) {
    this.time = time;
    this.signals = signals;
    this.status = status;
    this.notifier = notifier;
    this.jitter = jitter;
  }

  /** Waits as long as {@code retry} says, or until a request. */
  void await(RetryAfter retry) throws InterruptedException, CallbackException {
    long began = time.nanoTime();
    bound = retry.boundNanos() > 0 ? retry : null;
    boundUntilNanos = began + retry.boundNanos();
    long due = began + retry.delayNanos();
    status.nextAttemptNanos(due);
    signals.forgetWake();
    notifier.waiting(retry);
    while (signals.awaitWake(due)) {
      long early = Nanos.later(boundUntilNanos, time.nanoTime() + spreadNanos());
      due = early - due < 0 ? early : due;
      status.nextAttemptNanos(due);
    }
  }

  /** Waits as others do whose network is back, or until a request. */
  void spread() throws InterruptedException {
    long due = time.nanoTime() + spreadNanos();
    boolean isEarly;
    do {
      isEarly = signals.awaitWake(due);
    } while (isEarly);
  }

  /** Returns what is left of the delay that the server asked for; null when nothing is. */
  @Nullable RetryAfter serverDelayLeft() {
    RetryAfter retry = bound;
    long left = boundUntilNanos - time.nanoTime();
    if (retry == null || left <= 0) {
      bound = null;
      return null;
    }
    return retry.withBoundLeft(left);
  }

  private long spreadNanos() {
    return jitter.upToNanos(Nanos.of(WAKE_SPREAD));
  }
}
