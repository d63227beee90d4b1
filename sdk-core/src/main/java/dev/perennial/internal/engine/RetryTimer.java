package dev.perennial.internal.engine;

import dev.perennial.StreamException;
import dev.perennial.StreamState.DelayRule;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.retry.HostRateLimiter;
import dev.perennial.internal.retry.Jitter;
import dev.perennial.internal.retry.NextStep.RetryAfter;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Waits before an attempt: as long as the reconnector says, then for a slot of the host. A wake
 * shortens the first wait, though not below what the server asked for; of that, it keeps what a
 * park interrupted. Used by the engine thread only.
 */
final class RetryTimer {
  /** The time over which a wake is spread, so that many clients do not reconnect at once. */
  static final Duration WAKE_SPREAD = Duration.ofMillis(250);

  private final Timekeeper time;
  private final EngineSignals signals;
  private final SubscriptionStatus status;
  private final Notifier notifier;
  private final Jitter jitter;
  private final HostRateLimiter hostRateLimiter;

  private RetryAfter last = // The last wait, or what there is to say when there was none.
      new RetryAfter(0, 0, 1, DelayRule.HOST_BUDGET, StreamException.Reason.ENDED, null);

  private @Nullable RetryAfter bound; // Null unless the server asked for a delay.
  private long boundUntilNanos; // Meaningful while it did.

  RetryTimer(
      Timekeeper time,
      EngineSignals signals,
      SubscriptionStatus status,
      Notifier notifier,
      Jitter jitter,
      HostRateLimiter hostRateLimiter) {
    this.time = time;
    this.signals = signals;
    this.status = status;
    this.notifier = notifier;
    this.jitter = jitter;
    this.hostRateLimiter = hostRateLimiter;
  }

  /** Waits as long as {@code retry} says, or until a request. */
  void await(RetryAfter retry) throws InterruptedException, CallbackException {
    long began = time.nanoTime();
    last = retry;
    bound = retry.boundNanos() > 0 ? retry : null;
    boundUntilNanos = began + retry.boundNanos();
    long due = began + retry.delayNanos();
    status.nextAttemptNanos(due);
    notifier.waiting(retry);
    while (signals.awaitWake(due)) {
      long spread = signals.takeHurry() ? 0 : spreadNanos();
      long early = Nanos.later(boundUntilNanos, time.nanoTime() + spread);
      due = early - due < 0 ? early : due;
      status.nextAttemptNanos(due);
    }
  }

  /** Waits for a slot of the host; false when a request came before it. */
  boolean awaitSlot(String host) throws InterruptedException, CallbackException {
    HostRateLimiter.Slot slot = hostRateLimiter.take(host, time.nanoTime(), signals::changed);
    try {
      long wait = slot.dueNanos() - time.nanoTime();
      if (wait <= 0) {
        return true;
      }
      status.nextAttemptNanos(slot.dueNanos());
      notifier.waiting(last.of(wait, DelayRule.HOST_BUDGET));
      return signals.awaitTime(slot::dueNanos);
    } finally {
      slot.leave(time.nanoTime());
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
    return retry.of(left, retry.rule());
  }

  private long spreadNanos() {
    return jitter.upToNanos(Nanos.of(WAKE_SPREAD));
  }
}
