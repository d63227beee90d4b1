package dev.perennial;

import dev.perennial.internal.time.Nanos;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A Reactive Streams subscriber and its demand.
 *
 * @param <T> the type of the events' data
 * @param <S> what the subscriber is sent: events, or all signals
 */
abstract class SubscriberTarget<T, S> implements Target<T>, Subscription {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private final AtomicLong demand = new AtomicLong();

  /** Null once the subscription has ended (Reactive Streams 3.13). */
  private volatile @Nullable Subscriber<? super S> subscriber;

  /** Null before the subscriber is attached. */
  private volatile @Nullable Engine<T> engine;

  SubscriberTarget(Subscriber<? super S> subscriber) {
    this.subscriber = subscriber;
  }

  void attach(Engine<T> engine) {
    this.engine = engine;
  }

  @Override
  public void request(long n) {
    Engine<T> target = engine;
    if (target == null) {
      return;
    }
    if (n <= 0) {
      target.illegalDemand(new IllegalDemandException(n));
      return;
    }
    long before;
    long after;
    do {
      before = demand.get();
      after = Nanos.plus(before, n); // Saturates: from Long.MAX_VALUE on demand is unbounded.
    } while (!demand.compareAndSet(before, after));
    target.demandAdded();
  }

  @Override
  public void cancel() {
    Engine<T> target = engine;
    if (target != null) {
      target.close();
    }
  }

  @Override
  public long takeDemand(long atMost) {
    long before;
    long taken;
    do {
      before = demand.get();
      taken = Math.min(before, atMost);
      if (before == UNBOUNDED || taken == 0) {
        return taken;
      }
    } while (!demand.compareAndSet(before, before - taken));
    return taken;
  }

  /** Sends one signal, for which demand was taken. */
  final void send(S signal) {
    Subscriber<? super S> target = subscriber;
    if (target != null) {
      target.onNext(signal);
    }
  }

  @Override
  public void closed(@Nullable Throwable failure) {
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
  public void release() {
    subscriber = null;
  }

  @Override
  public boolean hearsOwnFailure() {
    return false; // Reactive Streams 2.13.
  }

  /** Sends the events alone. Gaps and states are told by signals and observers. */
  static final class OfEvents<T> extends SubscriberTarget<T, Event<T>> {
    OfEvents(Subscriber<? super Event<T>> subscriber) {
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

  /** Sends everything, in true order. */
  static final class OfSignals<T> extends SubscriberTarget<T, Signal<T>> {
    OfSignals(Subscriber<? super Signal<T>> subscriber) {
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
