package dev.perennial;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Observes subscriptions without taking part: for metrics, logs and tests. Costs nothing when there
 * is no observer.
 *
 * <p>Unless a method says otherwise, it is called by the subscription's engine thread, with the
 * subscription as its first argument, and must return quickly. One that throws ends the
 * subscription with {@link StreamException.Reason#CONSUMER}.
 *
 * @since 0.1.0
 */
public interface StreamObserver {

  /**
   * The subscription's state has changed, for whatever reason. Called after the method that reports
   * the reason, or before it; of {@link StreamState.Closed} right before {@link #onClosed}.
   */
  default void onState(StreamSubscription subscription, StreamState state) {}

  /** An attempt begins. */
  default void onConnecting(StreamSubscription subscription, int attempt) {}

  /** The server accepted the subscription, {@code took} after the attempt began. */
  default void onOpened(StreamSubscription subscription, Duration took) {}

  /** An event is about to be handed over, or put into the subscription's buffer. */
  default void onEvent(StreamSubscription subscription, Event<?> event) {}

  /** A sign of life came; {@code comment} is what the server wrote into it, often nothing. */
  default void onHeartbeat(StreamSubscription subscription, String comment) {}

  /** {@code count} more bytes of the stream were read. */
  default void onBytes(StreamSubscription subscription, long count) {}

  /**
   * The consumer threw at an event, which is delivered to it again: see {@link
   * ConsumerFailurePolicy}. Called on the thread that called the consumer.
   *
   * @param retry 1 after the first failure at this event
   * @param delay until it is delivered again
   */
  default void onEventRetry(
      StreamSubscription subscription,
      Event<?> event,
      int retry,
      Duration delay,
      StreamException failure) {}

  /**
   * The consumer threw at an event, which counts as processed when this returns: see {@link
   * ConsumerFailurePolicy}. A place to keep what was skipped. Called on the thread that called the
   * consumer.
   */
  default void onEventSkipped(
      StreamSubscription subscription, Event<?> event, StreamException failure) {}

  /** A replayed event was suppressed. */
  default void onDuplicate(StreamSubscription subscription, String id) {}

  /**
   * An id came twice on one connection, or with other content on a later one, so the ids of this
   * stream do not identify events. From the first case on, nothing is suppressed; after the second,
   * still what comes again with the same content. Called once.
   */
  default void onIdsNotUnique(StreamSubscription subscription, String id) {}

  /**
   * The overflow policy dropped an event. The consumer gets one {@link Gap} for all that were
   * dropped in a row.
   */
  default void onDropped(StreamSubscription subscription, Event<?> event) {}

  /**
   * An event could not be decoded and was skipped.
   *
   * @param report says which rule it broke, where, and how it begins
   */
  default void onMalformed(StreamSubscription subscription, StreamException report) {}

  /**
   * The server closes again and again and the cursor does not move: it may refuse the cursor
   * without saying so. Called once per run of such closes; the subscription continues with backoff,
   * unless the gap policy has a rule for {@link Gap.Reason#CURSOR_REJECTED}.
   */
  default void onCursorSuspected(StreamSubscription subscription, String detail) {}

  /** The store could not save the cursor. It is tried again. Called on a helper thread. */
  default void onCursorNotSaved(StreamSubscription subscription, StreamException failure) {}

  /** Events are missing. */
  default void onGap(StreamSubscription subscription, Gap gap) {}

  /**
   * A connection, or an attempt to make one, has ended.
   *
   * @param cause the failure; null after an orderly end, or when the subscription was parked
   */
  default void onDisconnected(
      StreamSubscription subscription,
      StreamException.Reason reason,
      @Nullable StreamException cause) {}

  /** The next attempt, number {@code attempt}, comes after {@code delay}. */
  default void onRetryScheduled(StreamSubscription subscription, int attempt, Duration delay) {}

  /**
   * The subscription has ended: by completion, by failure, or because the consumer closed it. The
   * last call.
   */
  default void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {}
}
