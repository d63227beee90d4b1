package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Event;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Observes the one subscription of a publisher. */
final class Watch implements StreamObserver {
  private final AtomicLong handedOver = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable StreamSubscription subscription; // null until it connects
  private volatile @Nullable StreamException failure; // null unless a failure ended it

  @Override
  public void onConnecting(StreamSubscription subscription, int attempt) {
    this.subscription = subscription;
  }

  @Override
  public void onEvent(StreamSubscription subscription, Event<?> event) {
    handedOver.incrementAndGet();
  }

  @Override
  public void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {
    this.failure = failure;
    closed.countDown();
  }

  /** Returns how many events were delivered. */
  long handedOver() {
    return handedOver.get();
  }

  /** Waits until exactly this many events were delivered. */
  void assertDelivered(long events) {
    Soon.holds(events + " events were delivered", () -> handedOver() >= events);
    assertEquals(events, Soon.rests("the number of delivered events", this::handedOver));
  }

  /** Waits until the subscription has begun. */
  StreamSubscription subscription() {
    Soon.holds("the subscription has begun", () -> subscription != null);
    return Objects.requireNonNull(subscription);
  }

  /** Returns the acknowledged cursor. */
  @Nullable String cursor() {
    return subscription().cursor();
  }

  /** Waits until the subscription has ended. */
  @Nullable StreamException awaitClosed() throws InterruptedException {
    if (!closed.await(Soon.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("The subscription is alive: " + subscription().state());
    }
    return failure;
  }
}
