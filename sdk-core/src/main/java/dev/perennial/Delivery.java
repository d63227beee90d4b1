package dev.perennial;

import org.jspecify.annotations.Nullable;

/**
 * The way from the engine to the consumer: direct, through a queue, or to a reader. Called by the
 * engine's thread alone, unless it says otherwise.
 */
interface Delivery<T> {

  /**
   * How many events, and no more than {@code atMost}, the engine may hand over without asking
   * again; 0 when it has to wait.
   */
  long claim(long atMost);

  /**
   * Hands an event over. It is acknowledged when the consumer is done with it.
   *
   * @return the event that was dropped to make room, perhaps this one; null when none was
   */
  @Nullable Event<T> event(Event<T> event) throws CallbackException;

  /** A checkpoint: acknowledged when everything before it is. */
  void checkpoint(@Nullable String cursor) throws CallbackException;

  void gap(Gap gap) throws CallbackException;

  void state(StreamState state) throws CallbackException;

  /**
   * Nothing follows; what was handed over is still delivered, then the consumer is told.
   *
   * @param failure null when the stream completed
   */
  void finish(@Nullable Throwable failure);

  /** Nothing follows, and the consumer is not told. */
  void abandon();

  /** The consumer asked for more. By any thread. */
  void demandAdded();

  /** The consumer asked for nothing or less, when the engine had ended. By any thread. */
  void illegalDemand(IllegalDemandException asked);

  /** The consumer closed the subscription: no callback begins any more. By any thread. */
  void cancel();

  /** Whether the consumer is done with all that was handed over. By any thread. */
  boolean isDrained();

  /** Whether no callback runs or will run, once the engine has ended. By any thread. */
  boolean isQuiet();

  /** Whether the calling thread is within a callback. By any thread. */
  boolean isInCallback();

  /** How many events lie between engine and consumer. By any thread. */
  int buffered();
}
