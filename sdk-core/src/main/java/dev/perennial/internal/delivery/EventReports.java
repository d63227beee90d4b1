package dev.perennial.internal.delivery;

import dev.perennial.Event;
import dev.perennial.StreamException;
import dev.perennial.internal.consumer.CallbackException;

/** Where a delivery reports what the consumer threw and did not end the subscription. */
public interface EventReports {

  /**
   * The event is delivered again.
   *
   * @param retry how many times it was delivered before
   */
  void retry(Event<?> event, int retry, long delayNanos, StreamException failure)
      throws CallbackException;

  /** The event is passed. */
  void skipped(Event<?> event, StreamException failure) throws CallbackException;
}
