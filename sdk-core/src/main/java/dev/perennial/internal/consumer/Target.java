package dev.perennial.internal.consumer;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * The consumer's own object: a subscriber or a listener. Its methods are called one at a time, and
 * throw what the consumer's code throws.
 */
public interface Target<T> {

  /** Takes up to {@code atMost} of the demand; 0 when there is none. */
  long takeDemand(long atMost);

  /** Whether this signal may be handed over only when there is demand. */
  boolean needsDemand(Signal<?> signal);

  void event(Event<T> event) throws Exception;

  void gap(Gap gap) throws Exception;

  void state(StreamState state) throws Exception;

  /**
   * Reports the end. The last call; not made when the consumer closed the subscription.
   *
   * @param failure null when the stream completed
   */
  void closed(@Nullable Throwable failure) throws Exception;

  /** Drops the reference to the consumer's object. */
  void release();

  /** Whether {@link #closed} reports a failure of the consumer's own code. */
  boolean reportsOwnFailure();
}
