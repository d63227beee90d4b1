package dev.perennial.internal.delivery;

import dev.perennial.StreamException;
import java.util.Objects;

/** Carries what the consumer's code threw to the engine, apart from the engine's own failures. */
public final class CallbackException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isReported;

  /**
   * Wraps what was thrown.
   *
   * @param isReported whether the consumer's terminal callback gets it: not a subscriber that threw
   *     (Reactive Streams 2.13)
   */
  public CallbackException(Throwable cause, boolean isReported) {
    super(null, cause, false, false);
    this.isReported = isReported;
  }

  /** Returns the failure as the public API shows it. */
  public StreamException asStreamException() {
    Throwable cause = Objects.requireNonNull(getCause());
    return new StreamException(
        StreamException.Reason.CONSUMER, "The consumer threw: " + cause, cause);
  }

  /** Whether the consumer's terminal callback gets it. */
  public boolean isReported() {
    return isReported;
  }
}
