package dev.perennial.android;

import dev.perennial.StreamSubscription;
import java.util.Objects;

/** A subscription that {@link AppForeground} parks in the background. */
public final class BoundSubscription implements AutoCloseable {
  private final AppForeground foreground;
  private final StreamSubscription subscription;

  BoundSubscription(AppForeground foreground, StreamSubscription subscription) {
    this.foreground = foreground;
    this.subscription = Objects.requireNonNull(subscription, "subscription");
  }

  /** The subscription itself, to be looked at. */
  public StreamSubscription get() {
    return subscription;
  }

  /**
   * Lets go of the subscription and closes it. Call it on the main thread: no callback begins there
   * after this, so it may be the last thing that an activity does. Nothing is read or written here,
   * and nothing waited for: what a socket takes to close is done by the subscription's own threads.
   * Idempotent.
   */
  @Override
  public void close() {
    foreground.forget(this);
    subscription.close();
  }
}
