package dev.perennial;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription does now.
 *
 * @since 0.1.0
 */
@SuppressWarnings("rawtypes") // So that a state can be matched in a Signal of any type.
public sealed interface StreamState extends Signal {

  /**
   * An attempt to connect is under way.
   *
   * @param attempt its number since reconnecting last succeeded for good; 1 for the first
   */
  record Connecting(int attempt) implements StreamState {}

  /**
   * Connected.
   *
   * @param connection the connection's number within the subscription, from 1
   * @param isPaused whether nobody reads because the consumer asked for no more events; seen in
   *     {@link StreamSubscription#state()} only, it is not told as a change of state
   */
  record Open(long connection, boolean isPaused) implements StreamState {}

  /**
   * Waiting before the next attempt.
   *
   * @param nextAttempt the number that the next attempt will have
   * @param delay how long the wait is in all
   * @param rule which rule set the delay: {@code backoff}, {@code orderly-end}, {@code
   *     retry-after}, {@code close-code} or {@code host-budget}
   * @param reason why the last connection or attempt ended
   * @param cause the failure; null after an orderly end
   */
  record Waiting(
      int nextAttempt,
      Duration delay,
      String rule,
      StreamException.Reason reason,
      @Nullable StreamException cause)
      implements StreamState {}

  /** There is no network, says the runtime's monitor; no attempt is made until there is. */
  record Offline() implements StreamState {}

  /** Disconnected on purpose, until {@link StreamSubscription#unpark()}. */
  record Parked() implements StreamState {}

  /**
   * Ended. Nothing follows.
   *
   * @param failure what ended it; null when the stream completed or the consumer closed it
   */
  record Closed(@Nullable StreamException failure) implements StreamState {}
}
