package dev.perennial;

import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The wait before an attempt, which a wake may shorten, and what of it a park interrupted. */
final class RetryTimer {
  /** A wake spreads over this time, so that a fleet whose network came back does not stampede. */
  static final Duration WAKE_JITTER = Duration.ofMillis(250);

  private final Timekeeper time;
  private final EngineSignals controls;
  private final Reconnector reconnecting;
  private final Notifier telling;

  // Touched by the engine's thread alone.
  private NextStep.@Nullable Retry asked; // Null unless the server asked us to wait.
  private long askedUntilNanos; // Meaningful while it did.

  // Written by the engine's thread; read by any.
  private volatile long nextAttemptNanos; // Meaningful while waiting.

  RetryTimer(Timekeeper time, EngineSignals controls, Reconnector reconnecting, Notifier telling) {
    this.time = time;
    this.controls = controls;
    this.reconnecting = reconnecting;
    this.telling = telling;
  }

  /** Waits as long as the verdict says, or until disturbed. */
  void await(NextStep.Retry retry) throws InterruptedException, CallbackException {
    long began = time.nanoTime();
    asked = retry.boundNanos() > 0 ? retry : null;
    askedUntilNanos = began + retry.boundNanos();
    long due = began + retry.delayNanos();
    nextAttemptNanos = due;
    controls.forgetWake();
    telling.waiting(retry);
    while (controls.awaitWake(due)) {
      long soon = time.nanoTime() + jitterNanos();
      long allowed = began + retry.boundNanos();
      long early = allowed - soon > 0 ? allowed : soon;
      due = early - due < 0 ? early : due;
      nextAttemptNanos = due;
    }
  }

  /** Waits as the others of a fleet do whose network is back, or until disturbed. */
  void spread() throws InterruptedException {
    long due = time.nanoTime() + jitterNanos();
    boolean isEarly;
    do {
      isEarly = controls.awaitWake(due);
    } while (isEarly);
  }

  /** What is left of the time that the server asked for; null when nothing is. */
  NextStep.@Nullable Retry rest() {
    NextStep.Retry retry = asked;
    long left = askedUntilNanos - time.nanoTime();
    if (retry == null || left <= 0) {
      asked = null;
      return null;
    }
    return new NextStep.Retry(
        left, left, retry.nextAttempt(), retry.rule(), retry.reason(), retry.cause());
  }

  /** When the wait ends, on the clock of {@link Timekeeper#nanoTime}. By any thread. */
  long nextAttemptNanos() {
    return nextAttemptNanos;
  }

  private long jitterNanos() {
    return reconnecting.upToNanos(WAKE_JITTER);
  }
}
