package dev.perennial;

import org.jspecify.annotations.Nullable;

/**
 * The end of the line: a subscriber or a listener. Its methods are called one at a time, and throw
 * what the user's code throws.
 */
interface Target<T> {

  /** How many events may be handed over, taken from what is left; 0 when there is no demand. */
  long takeDemand(long atMost);

  /** Whether this signal may be handed over only when there is demand. */
  boolean needsDemand(Signal<?> signal);

  void event(Event<T> event) throws Exception;

  void gap(Gap gap) throws Exception;

  void state(StreamState state) throws Exception;

  /**
   * The last call; not made when the consumer closed the subscription.
   *
   * @param failure null when the stream completed
   */
  void closed(@Nullable Throwable failure) throws Exception;

  /** Lets the user's object go. */
  void release();

  /** Whether a failure of the consumer itself is told by {@link #closed}. */
  boolean hearsOwnFailure();
}
