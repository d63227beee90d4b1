package dev.perennial;

/** Carries what user code threw to the engine's loop, apart from the engine's own failures. */
final class ConsumerFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whether the consumer is to hear of it: not a subscriber that threw (Reactive Streams 2.13). */
  private final boolean isTold;

  ConsumerFailure(Throwable cause, boolean isTold) {
    super(null, cause, false, false);
    this.isTold = isTold;
  }

  boolean isTold() {
    return isTold;
  }
}
