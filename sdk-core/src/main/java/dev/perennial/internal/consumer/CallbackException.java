package dev.perennial.internal.consumer;

import dev.perennial.StreamException;
import java.util.Objects;

/**
 * Carries what the consumer's code, or an observer, threw to the engine, apart from the engine's
 * own failures.
 */
public final class CallbackException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String who; // Threw, as messages say it.
  private final boolean isReported;
  private final int times; // It threw at one event.

  /**
   * Wraps what the consumer threw.
   *
   * @param isReported whether the consumer's terminal callback gets it: not a subscriber that threw
   *     (Reactive Streams 2.13)
   */
  public CallbackException(Throwable cause, boolean isReported) {
    this("The consumer", cause, isReported, 1);
  }

  private CallbackException(String who, Throwable cause, boolean isReported, int times) {
    super(null, cause, false, false);
    this.who = who;
    this.isReported = isReported;
    this.times = times;
  }

  /** Wraps what an observer threw, which the consumer's terminal callback gets. */
  public static CallbackException ofObserver(Object observer, Throwable cause) {
    return new CallbackException("The observer " + observer.getClass().getName(), cause, true, 1);
  }

  /** Returns the last of so many failures at one event. */
  public CallbackException after(int itsTimes) {
    Throwable cause = Objects.requireNonNull(getCause());
    return itsTimes <= 1 ? this : new CallbackException(who, cause, isReported, itsTimes);
  }

  /** Returns the failure as the public API shows it. */
  public StreamException asStreamException() {
    Throwable cause = Objects.requireNonNull(getCause());
    String what = times == 1 ? " threw: " : " threw " + times + " times at one event: ";
    return new StreamException(StreamException.Reason.CONSUMER, who + what + cause, cause);
  }

  /** Whether the consumer's terminal callback gets it. */
  public boolean isReported() {
    return isReported;
  }
}
