package dev.perennial;

import dev.perennial.internal.retry.ConsumerFailures;
import dev.perennial.internal.time.Durations;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to do when a listener throws at an event. An immutable value.
 *
 * <pre>{@code
 * stream.withConsumerFailurePolicy(ConsumerFailurePolicy.retry(5, Duration.ofSeconds(1)));
 * stream.withConsumerFailurePolicy(
 *     ConsumerFailurePolicy.retry(5, Duration.ofSeconds(1)).thenSkip());
 * }</pre>
 *
 * <p>The acknowledged cursor never passes an event that was not processed, unless it was skipped.
 * What is not an {@link Exception} always ends the subscription, and so does {@link
 * InterruptedException}. The policy is about {@link StreamListener#onEvent} only: a gap or a state
 * at which a listener throws is neither repeated nor skipped.
 *
 * @since 0.1.0
 */
public final class ConsumerFailurePolicy {
  private static final ConsumerFailurePolicy FAIL = new ConsumerFailurePolicy(0, null, false);
  private static final ConsumerFailurePolicy SKIP = new ConsumerFailurePolicy(0, null, true);

  private final int maxRetries;
  private final @Nullable Duration delay; // Null without retries.
  private final boolean skips;

  private ConsumerFailurePolicy(int maxRetries, @Nullable Duration delay, boolean skips) {
    this.maxRetries = maxRetries;
    this.delay = delay;
    this.skips = skips;
  }

  /** Ends the subscription with {@link StreamException.Reason#CONSUMER}. The default. */
  public static ConsumerFailurePolicy fail() {
    return FAIL;
  }

  /**
   * Goes on with the next event. The one at which the listener threw counts as processed, and is
   * reported to {@link StreamObserver#onEventSkipped}.
   */
  public static ConsumerFailurePolicy skip() {
    return SKIP;
  }

  /**
   * Delivers the same event again, after {@code delay}, up to {@code maxRetries} times. Then the
   * subscription ends with {@link StreamException.Reason#CONSUMER}, unless {@link #thenSkip} says
   * otherwise. No event overtakes the one that waits, and no thread of the consumer waits with it.
   * Each try is reported to {@link StreamObserver#onEventRetry}.
   *
   * @param maxRetries at least 1; the first delivery is not counted
   * @param delay before each try; positive
   */
  public static ConsumerFailurePolicy retry(int maxRetries, Duration delay) {
    if (maxRetries < 1) {
      throw new IllegalArgumentException("maxRetries must be at least 1 but was " + maxRetries);
    }
    Objects.requireNonNull(delay, "delay");
    if (delay.isNegative() || delay.isZero()) {
      throw new IllegalArgumentException("delay must be positive but was " + delay);
    }
    return new ConsumerFailurePolicy(maxRetries, delay, false);
  }

  /** Returns the same policy, which skips the event after the last try, as {@link #skip} does. */
  public ConsumerFailurePolicy thenSkip() {
    return new ConsumerFailurePolicy(maxRetries, delay, true);
  }

  /** Whether a consumer that throws always ends the subscription. */
  boolean isFail() {
    return maxRetries == 0 && !skips;
  }

  /** The policy as the engine uses it. */
  ConsumerFailures.Rule rule() {
    return new ConsumerFailures.Rule(
        false, maxRetries, delay == null ? Duration.ZERO : delay, skips);
  }

  @Override
  public String toString() {
    String end = skips ? "skip" : "fail";
    return "ConsumerFailurePolicy["
        + (delay == null
            ? end
            : "retry " + maxRetries + " times after " + Durations.text(delay) + ", then " + end)
        + "]";
  }
}
