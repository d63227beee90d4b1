package dev.perennial.internal.retry;

import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import org.jspecify.annotations.Nullable;

/** What the engine does after a connection has ended. */
public sealed interface NextStep {

  /** Ends the subscription: the stream is complete. */
  record Complete() implements NextStep {}

  /** Ends the subscription with a failure. */
  record Fail(StreamException failure) implements NextStep {}

  /**
   * Reports a gap: the server cannot, or seems not to, replay what was asked for.
   *
   * @param failure what says so; null when it is only suspected
   * @param then what follows when the gap does not end the subscription
   */
  record ReportGap(
      Gap.Reason reason, String detail, @Nullable StreamException failure, NextStep then)
      implements NextStep {}

  /**
   * Asks for a fresh credential.
   *
   * @param then what follows
   */
  record RefreshCredential(NextStep then) implements NextStep {}

  /** Connects again without a delay. */
  record ConnectAgain() implements NextStep {}

  /**
   * Connects again after a delay.
   *
   * @param delayNanos how long to wait
   * @param boundNanos the part of the delay that nothing may cut short; 0 when there is none
   * @param attempt the number of the attempt that follows
   * @param rule the rule that set the delay
   * @param reason why the last connection ended
   * @param cause the failure; null after an orderly end
   */
  record RetryAfter(
      long delayNanos,
      long boundNanos,
      int attempt,
      StreamState.DelayRule rule,
      StreamException.Reason reason,
      @Nullable StreamException cause)
      implements NextStep {

    /** Returns the same step, but not before {@code nanos}, which nothing may cut short. */
    public RetryAfter notBefore(long nanos, StreamState.DelayRule newRule) {
      boolean isLonger = nanos > delayNanos;
      return new RetryAfter(
          isLonger ? nanos : delayNanos,
          Math.max(boundNanos, nanos),
          attempt,
          isLonger ? newRule : rule,
          reason,
          cause);
    }

    /** Returns the same step with this delay, all of which is bound. */
    public RetryAfter of(long nanos, StreamState.DelayRule newRule) {
      return new RetryAfter(nanos, nanos, attempt, newRule, reason, cause);
    }
  }
}
