package dev.perennial;

import org.jspecify.annotations.Nullable;

/**
 * Consumes a stream by callbacks, without demand: the next event comes after the callback returned.
 * An event is acknowledged when {@link #onEvent} has returned.
 *
 * <p>Callbacks come one at a time, on the subscription's thread or on the executor that the stream
 * delivers on. One that throws ends the subscription with {@link StreamException.Reason#CONSUMER};
 * {@link EventStream#withConsumerFailurePolicy} changes that for events.
 *
 * @param <T> the type of the events' data
 * @since 0.1.0
 */
@FunctionalInterface
public interface StreamListener<T> {

  /** An event. It is acknowledged when this returns, and not when this throws. */
  void onEvent(Event<T> event) throws Exception;

  /** Called once, first, on the thread that subscribes. */
  default void onSubscribed(StreamSubscription subscription) {}

  /** Events are missing here. */
  default void onGap(Gap gap) throws Exception {}

  /** The subscription's state has changed. */
  default void onState(StreamState state) throws Exception {}

  /**
   * The subscription has ended by itself: called once, last. It is not called when the consumer
   * closed the subscription. By default a failure is written to the {@linkplain
   * dev.perennial.spi.StreamLog log}, as a warning.
   *
   * @param failure null when the stream completed
   */
  default void onClosed(@Nullable StreamException failure) {
    if (failure != null) {
      failure.unseen();
    }
  }
}
