package dev.perennial.micrometer;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import org.jspecify.annotations.Nullable;

/** What is known of one subscription from its first attempt to its end. */
final class Watched {
  final StreamSubscription subscription;

  /** Written by the subscription's thread; the gauges' threads look. */
  volatile boolean isOpen;

  // Touched by the subscription's thread alone.
  long attemptNanos; // When the last attempt began.
  boolean awaitsFirstEvent; // Of the current connection.
  @Nullable Reason lost; // Why the last open connection ended; null before that.

  Watched(StreamSubscription subscription) {
    this.subscription = subscription;
  }
}
