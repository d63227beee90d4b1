package dev.perennial;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A Reactive Streams subscriber and its demand. */
final class SubscriberConsumer<T> implements Consumer<T>, Subscription {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private final AtomicLong demand = new AtomicLong();

  /** Null once the subscription has ended (Reactive Streams 3.13). */
  private volatile @Nullable Subscriber<? super Event<T>> subscriber;

  /** Null before the subscriber is attached. */
  private volatile @Nullable Engine<T> engine;

  SubscriberConsumer(Subscriber<? super Event<T>> subscriber) {
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

  @Override
  public void event(Event<T> event) {
    Subscriber<? super Event<T>> target = subscriber;
    if (target != null) {
      target.onNext(event);
    }
  }

  @Override
  public void gap(Gap gap) {
    // A subscriber of events alone hears of gaps through signals and observers.
  }

  @Override
  public void state(StreamState state) {
    // A subscriber of events alone hears of states through signals and observers.
  }

  @Override
  public void closed(@Nullable Throwable failure) {
    Subscriber<? super Event<T>> target = subscriber;
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
}
