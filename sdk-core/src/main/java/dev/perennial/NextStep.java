package dev.perennial;

import org.jspecify.annotations.Nullable;

/** What follows the end of a connection. */
sealed interface NextStep {

  /** The stream is over. */
  record Complete() implements NextStep {}

  /** The subscription ends with this failure. */
  record Fail(StreamException failure) implements NextStep {}

  /** The server cannot, or seems not to, replay what was asked for. */
  record Lost(Gap.Reason reason, int code, String detail, @Nullable Throwable cause)
      implements NextStep {}

  /** Try again at once with a fresh credential. */
  record Refresh(StreamException refused) implements NextStep {}

  /**
   * Try again.
   *
   * @param delayNanos how long to wait
   * @param boundNanos the part of it that nothing may cut short; 0 when there is none
   * @param rule the rule that fired, as {@link StreamState.Waiting#rule} shows it
   */
  record Retry(
      long delayNanos,
      long boundNanos,
      int nextAttempt,
      String rule,
      StreamException.Reason reason,
      @Nullable StreamException cause)
      implements NextStep {

    /** The same, but not before so long, which nothing may cut short. */
    Retry notBefore(long nanos, String because) {
      boolean isLonger = nanos > delayNanos;
      return new Retry(
          isLonger ? nanos : delayNanos,
          Math.max(boundNanos, nanos),
          nextAttempt,
          isLonger ? because : rule,
          reason,
          cause);
    }
  }
}
