package dev.perennial;

/** When, and what is retried. */
public final class RetryPolicy {
  static RetryPolicy standard() {
    return new RetryPolicy();
  }
}
