package dev.perennial;

import org.jspecify.annotations.Nullable;

/** A listener: it has no demand, its callbacks set the pace. */
final class ListenerTarget<T> implements Target<T> {

  /** Null once the subscription has ended. */
  private volatile @Nullable StreamListener<? super T> listener;

  ListenerTarget(StreamListener<? super T> listener) {
    this.listener = listener;
  }

  @Override
  public boolean needsDemand(Signal<?> signal) {
    return false;
  }

  @Override
  public long takeDemand(long atMost) {
    return atMost;
  }

  // An event only gives its data: an Event<T> can stand for an Event of a supertype.
  @Override
  @SuppressWarnings("unchecked")
  public void event(Event<T> event) throws Exception {
    StreamListener<? super T> target = listener;
    if (target != null) {
      ((StreamListener<T>) target).onEvent(event);
    }
  }

  @Override
  public void gap(Gap gap) throws Exception {
    StreamListener<? super T> target = listener;
    if (target != null) {
      target.onGap(gap);
    }
  }

  @Override
  public void state(StreamState state) throws Exception {
    StreamListener<? super T> target = listener;
    if (target != null) {
      target.onState(state);
    }
  }

  @Override
  public void closed(@Nullable Throwable failure) {
    StreamListener<? super T> target = listener;
    if (target != null) {
      target.onClosed(IoFailures.asStreamException(failure));
    }
  }

  @Override
  public void release() {
    listener = null;
  }

  @Override
  public boolean hearsOwnFailure() {
    return true;
  }
}
