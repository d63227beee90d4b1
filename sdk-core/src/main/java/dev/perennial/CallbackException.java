package dev.perennial;

import java.util.Objects;

/** Carries what user code threw to the engine's loop, apart from the engine's own failures. */
final class CallbackException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whether the consumer is to hear of it: not a subscriber that threw (Reactive Streams 2.13). */
  private final boolean isTold;

  CallbackException(Throwable cause, boolean isTold) {
    super(null, cause, false, false);
    this.isTold = isTold;
  }

  StreamException asStreamException() {
    Throwable cause = Objects.requireNonNull(getCause());
    return new StreamException(
        StreamException.Reason.CONSUMER, "The consumer threw: " + cause, cause);
  }

  boolean isTold() {
    return isTold;
  }
}
