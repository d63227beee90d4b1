package dev.perennial.spi;

import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt to connect knows about itself. A value: it does not change.
 *
 * @since 0.1.0
 */
public interface Attempt {

  /** The attempt's number since reconnecting last succeeded for good; 1 for the first. */
  int number();

  /** The connection's number within its subscription, from 1; it never repeats. */
  long connection();

  /** The position to resume after; null to start where the server starts. */
  @Nullable String cursor();

  /** How long the attempt may take, from the request's supplier to the server's answer. */
  Duration timeout();

  /**
   * Whether the subscription was woken since the attempt before, by the application or because the
   * network is back or another one. What is still connected may be dead without notice. By default
   * false.
   */
  default boolean isAfterWake() {
    return false;
  }

  /** The clock, the waits and the timer of the subscription. */
  Timekeeper timekeeper();

  /** What the subscription shares with others. */
  StreamRuntime runtime();

  /** The subscription: the same object for all its attempts. */
  StreamSubscription subscription();
}
