package dev.perennial.micrometer;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import org.jspecify.annotations.Nullable;

/** What the metrics know about one subscription, from its first attempt to its end. */
final class ObservedSubscription {
  final StreamSubscription subscription;

  /** Written by the subscription's thread, and read by the gauges' threads. */
  volatile boolean isOpen;

  // Used by the subscription's thread alone.
  long attemptNanos; // The start of the last attempt.
  boolean awaitsFirstEvent; // Of the current connection.
  @Nullable Reason lost; // The reason the last open connection ended; null before that.

  ObservedSubscription(StreamSubscription subscription) {
    this.subscription = subscription;
  }
}
