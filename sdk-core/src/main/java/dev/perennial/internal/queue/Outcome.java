package dev.perennial.internal.queue;

import dev.perennial.StreamException;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an end, or from a failure, in {@link DeliveryStates}.
 *
 * @param corrected the failure that the subscription ends with instead of what it knows; null when
 *     that stays as it is
 */
public record Outcome(Act act, @Nullable StreamException corrected) {
  static final Outcome NOTHING = new Outcome(Act.NOTHING, null);
  static final Outcome FAIL = new Outcome(Act.FAIL, null);

  /** What the caller of a transition has to do. */
  public enum Act {
    NOTHING,
    /** Hand a drain over to the executor. */
    SCHEDULE,
    /** Nothing, or drain: a drain was handed over and has not begun. */
    JOIN,
    /** Make the terminal callback, with {@link DeliveryStates#beginEnd}. */
    END,
    /** Let the consumer go: no callback is made any more. */
    RELEASE,
    /** End the subscription with what has failed. */
    FAIL
  }
}
