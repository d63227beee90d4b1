package dev.perennial;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription is doing.
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
   * @param isPaused whether reading is paused because the consumer requested no more events; set in
   *     {@link StreamSubscription#state()} only, never reported as a change of state
   * @param response what the server answered: its status, headers and protocol; null when the
   *     transport does not say
   */
  record Open(long connection, boolean isPaused, @Nullable ServerResponse response)
      implements StreamState {

    /**
     * Connected, by a transport that does not say what the server answered.
     *
     * @param connection the connection's number within the subscription, from 1
     * @param isPaused whether reading is paused
     */
    public Open(long connection, boolean isPaused) {
      this(connection, isPaused, null);
    }
  }

  /**
   * Waiting before the next attempt.
   *
   * @param nextAttempt the number that the next attempt will have
   * @param delay how long the wait is in all
   * @param rule which rule set the delay
   * @param reason why the last connection or attempt ended
   * @param cause the failure; null after an orderly end
   */
  record Waiting(
      int nextAttempt,
      Duration delay,
      DelayRule rule,
      StreamException.Reason reason,
      @Nullable StreamException cause)
      implements StreamState {}

  /** Which rule set the delay before an attempt. Its text is lower case: {@code retry-after}. */
  enum DelayRule {
    /** The backoff after failures in a row. */
    BACKOFF("backoff"),
    /** The short delay after an orderly end, which is no failure. */
    ORDERLY_END("orderly-end"),
    /** The server's {@code Retry-After} (RFC 9110, 10.2.3). */
    RETRY_AFTER("retry-after"),
    /** The server's close code 1012 or 1013 (RFC 6455, 7.4). */
    CLOSE_CODE("close-code"),
    /** The {@linkplain StreamRuntime.Builder#attemptsPerHost limit of attempts} per host. */
    HOST_BUDGET("host-budget");

    private final String text;

    DelayRule(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** The runtime's monitor reports no network; no attempt is made until there is one. */
  record Offline() implements StreamState {}

  /** Disconnected on purpose until {@link StreamSubscription#unpark()}. */
  record Parked() implements StreamState {}

  /**
   * Ended. Nothing follows.
   *
   * @param failure what ended it; null when the stream completed or the consumer closed it
   */
  record Closed(@Nullable StreamException failure) implements StreamState {}
}
