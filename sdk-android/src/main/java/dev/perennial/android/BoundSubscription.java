package dev.perennial.android;

import dev.perennial.StreamSubscription;
import java.util.Objects;

/**
 * A subscription that {@link AppForeground} parks in the background.
 *
 * @since 0.1.0
 */
public final class BoundSubscription implements AutoCloseable {
  private final AppForeground foreground;
  private final StreamSubscription subscription;

  BoundSubscription(AppForeground foreground, StreamSubscription subscription) {
    this.foreground = foreground;
    this.subscription = Objects.requireNonNull(subscription, "subscription");
  }

  /** Returns the subscription itself, for example to read its state. */
  public StreamSubscription get() {
    return subscription;
  }

  /**
   * Closes the subscription and no longer parks it. Call this on the main thread: no callback
   * begins there afterwards, so an activity may call it last. It does no I/O and does not wait; the
   * subscription's own threads close the socket. Idempotent.
   */
  @Override
  public void close() {
    foreground.forget(this);
    subscription.close();
  }
}
