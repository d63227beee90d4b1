package dev.perennial.internal.delivery;

import dev.perennial.StreamException;

/** What a delivery asks of its subscription. Any thread, with no lock held. */
public interface DeliveryHost {

  /** The endpoint as messages show it. */
  String endpoint();

  /** Makes the engine, and whoever waits for its end, look at the delivery again. */
  void deliveryChanged();

  /**
   * Ends the subscription with a failure.
   *
   * @return false when it is ending, or has ended, with something else
   */
  boolean fail(Throwable cause);

  /** Replaces the failure that the subscription has ended with. */
  void failedLate(StreamException failure);
}
