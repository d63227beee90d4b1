package dev.perennial.internal.consumer;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A listener. It has no demand: its callbacks set the pace. */
public final class ListenerTarget<T> implements Target<T> {

  /** Null once the subscription has ended. */
  private volatile @Nullable StreamListener<T> listener;

  private final Predicate<StreamException> isUnseen;
  private final Consumer<StreamException> unseen;

  /**
   * A target that calls {@code listener}.
   *
   * @param isUnseen whether a failure was passed to a listener without a callback for it
   * @param unseen is passed such a failure
   */
  @SuppressWarnings("unchecked") // An Event<T> only returns a T, so it is an Event of a supertype.
  public ListenerTarget(
      StreamListener<? super T> listener,
      Predicate<StreamException> isUnseen,
      Consumer<StreamException> unseen) {
    this.listener = (StreamListener<T>) listener;
    this.isUnseen = isUnseen;
    this.unseen = unseen;
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
    if (target == null) {
      return;
    }
    StreamException reported = Callbacks.asStreamException(failure);
    target.onClosed(reported);
    if (reported != null && isUnseen.test(reported)) {
      unseen.accept(reported);
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
