package dev.perennial;

import org.jspecify.annotations.Nullable;

/** What follows the end of a connection. */
sealed interface Verdict {

  /** The stream is over. */
  record Complete() implements Verdict {}

  /** The subscription ends with this failure. */
  record Fail(StreamException failure) implements Verdict {}

  /** The server cannot replay what was asked for. */
  record Lost(int code, String detail, @Nullable Throwable cause) implements Verdict {}

  /**
   * Try again.
   *
   * @param delayNanos how long to wait
   * @param boundNanos the part of it that nothing may cut short; 0 when there is none
   */
  record Retry(
      long delayNanos,
      long boundNanos,
      int nextAttempt,
      StreamException.Reason reason,
      @Nullable StreamException cause)
      implements Verdict {}
}
