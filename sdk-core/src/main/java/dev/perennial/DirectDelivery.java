package dev.perennial;

import org.jspecify.annotations.Nullable;

/** Hands everything to the consumer on the engine's own thread, with no queue between. */
final class DirectDelivery<T> implements Delivery<T> {
  private final Target<T> consumer;
  private final AcknowledgedCursor acknowledged;

  DirectDelivery(Target<T> consumer, AcknowledgedCursor acknowledged) {
    this.consumer = consumer;
    this.acknowledged = acknowledged;
  }

  @Override
  public long claim(long atMost) {
    return consumer.takeDemand(atMost);
  }

  @Override
  public @Nullable Event<T> event(Event<T> event) throws CallbackException {
    try {
      consumer.event(event);
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, consumer.hearsOwnFailure());
    }
    acknowledged.handled(event);
    return null;
  }

  @Override
  public void checkpoint(@Nullable String cursor) {
    acknowledged.checkpoint(cursor);
  }

  @Override
  public void gap(Gap gap) throws CallbackException {
    try {
      consumer.gap(gap);
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, consumer.hearsOwnFailure());
    }
  }

  @Override
  public void state(StreamState state) throws CallbackException {
    try {
      consumer.state(state);
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, consumer.hearsOwnFailure());
    }
  }

  @Override
  public void finish(@Nullable Throwable failure) {
    IoFailures.lastCall(() -> consumer.closed(failure));
    consumer.release();
  }

  @Override
  public void abandon() {
    consumer.release();
  }

  @Override
  public void demandAdded() {
    // The engine looks at the demand itself.
  }

  @Override
  public void illegalDemand(IllegalDemandException asked) {
    // The end was told when the engine ended.
  }

  @Override
  public void cancel() {
    // The engine looks before each callback; it releases the consumer when it ends.
  }

  @Override
  public boolean isDrained() {
    return true;
  }

  @Override
  public boolean isQuiet() {
    return true; // When the engine has ended, so has its last callback.
  }

  @Override
  public boolean isInCallback() {
    return false; // The engine knows its own thread.
  }

  @Override
  public int buffered() {
    return 0;
  }
}
