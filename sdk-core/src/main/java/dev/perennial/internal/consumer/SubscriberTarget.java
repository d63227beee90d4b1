package dev.perennial.internal.consumer;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamState;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;

/**
 * A Reactive Streams subscriber and its demand.
 *
 * @param <T> the type of the events' data
 * @param <S> what the subscriber is sent: events, or all signals
 */
public abstract class SubscriberTarget<T, S> implements Target<T> {
  private final Demand demand = new Demand();

  /** Null once the subscription has ended (Reactive Streams 3.13). */
  private volatile @Nullable Subscriber<? super S> subscriber;

  private SubscriberTarget(Subscriber<? super S> subscriber) {
    this.subscriber = subscriber;
  }

  /** Sends the events only. Gaps and states are reported by signals and observers. */
  public static <T> SubscriberTarget<T, Event<T>> ofEvents(
      Subscriber<? super Event<T>> subscriber) {
    return new OfEvents<>(subscriber);
  }

  /** Sends events, gaps and states in the order in which they happened. */
  public static <T> SubscriberTarget<T, Signal<T>> ofSignals(
      Subscriber<? super Signal<T>> subscriber) {
    return new OfSignals<>(subscriber);
  }

  public final Demand demand() {
    return demand;
  }

  @Override
  public final long takeDemand(long atMost) {
    return demand.take(atMost);
  }

  /** Sends one signal, for which demand was taken. */
  final void send(S signal) {
    Subscriber<? super S> target = subscriber;
    if (target != null) {
      target.onNext(signal);
    }
  }

  @Override
  public final void closed(@Nullable Throwable failure) {
    Subscriber<? super S> target = subscriber;
    if (target == null) {
      return;
    }
    if (failure == null) {
      target.onComplete();
    } else {
      target.onError(failure);
    }
  }

  @Override
  public final void release() {
    subscriber = null;
  }

  @Override
  public final boolean reportsOwnFailure() {
    return false; // Reactive Streams 2.13.
  }

  private static final class OfEvents<T> extends SubscriberTarget<T, Event<T>> {
    private OfEvents(Subscriber<? super Event<T>> subscriber) {
      super(subscriber);
    }

    @Override
    public boolean needsDemand(Signal<?> signal) {
      return signal instanceof Event;
    }

    @Override
    public void event(Event<T> event) {
      send(event);
    }

    @Override
    public void gap(Gap gap) {
      // Not an event.
    }

    @Override
    public void state(StreamState state) {
      // Not an event.
    }
  }

  private static final class OfSignals<T> extends SubscriberTarget<T, Signal<T>> {
    private OfSignals(Subscriber<? super Signal<T>> subscriber) {
      super(subscriber);
    }

    @Override
    public boolean needsDemand(Signal<?> signal) {
      return true;
    }

    @Override
    public void event(Event<T> event) {
      send(event);
    }

    @Override
    @SuppressWarnings("unchecked") // A gap is a signal of any type: it has no data.
    public void gap(Gap gap) {
      send((Signal<T>) gap);
    }

    @Override
    @SuppressWarnings("unchecked") // A state is a signal of any type: it has no data.
    public void state(StreamState state) {
      send((Signal<T>) state);
    }
  }
}
