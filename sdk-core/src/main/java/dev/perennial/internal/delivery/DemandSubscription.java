package dev.perennial.internal.delivery;

import dev.perennial.StreamSubscription;
import dev.perennial.internal.consumer.Demand;
import dev.perennial.internal.consumer.IllegalDemandException;
import dev.perennial.internal.consumer.SubscriberTarget;
import org.reactivestreams.Subscription;

/** What a Reactive Streams subscriber requests and cancels with. Thread-safe. */
public final class DemandSubscription implements Subscription {
  private final Demand demand;
  private final Delivery<?> delivery;
  private final DeliveryHost host;
  private final StreamSubscription subscription;

  public DemandSubscription(
      SubscriberTarget<?, ?> target,
      Delivery<?> delivery,
      DeliveryHost host,
      StreamSubscription subscription) {
    this.demand = target.demand();
    this.delivery = delivery;
    this.host = host;
    this.subscription = subscription;
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      IllegalDemandException illegal = new IllegalDemandException(n); // Reactive Streams 3.9.
      if (!host.fail(illegal)) {
        delivery.illegalDemand(illegal);
      }
      return;
    }
    demand.add(n);
    delivery.demandAdded();
    host.deliveryChanged();
  }

  @Override
  public void cancel() {
    subscription.close();
  }
}
