package dev.perennial.internal.consumer;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import org.jspecify.annotations.Nullable;

/** A listener. It has no demand: its callbacks set the pace. */
public final class ListenerTarget<T> implements Target<T> {

  /** Null once the subscription has ended. */
  private volatile @Nullable StreamListener<T> listener;

  @SuppressWarnings("unchecked") // An Event<T> only returns a T, so it is an Event of a supertype.
  public ListenerTarget(StreamListener<? super T> listener) {
    this.listener = (StreamListener<T>) listener;
  }

  @Override
  public boolean needsDemand(Signal<?> signal) {
    return false;
  }

  @Override
  public long takeDemand(long atMost) {
    return atMost;
  }

  @Override
  public void event(Event<T> event) throws Exception {
    StreamListener<T> target = listener;
    if (target != null) {
      target.onEvent(event);
    }
  }

  @Override
  public void gap(Gap gap) throws Exception {
    StreamListener<T> target = listener;
    if (target != null) {
      target.onGap(gap);
    }
  }

  @Override
  public void state(StreamState state) throws Exception {
    StreamListener<T> target = listener;
    if (target != null) {
      target.onState(state);
    }
  }

  @Override
  public void closed(@Nullable Throwable failure) {
    StreamListener<T> target = listener;
    if (target != null) {
      target.onClosed(Callbacks.asStreamException(failure));
    }
  }

  @Override
  public void release() {
    listener = null;
  }

  @Override
  public boolean reportsOwnFailure() {
    return true;
  }
}
