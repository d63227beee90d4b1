package dev.perennial;

/** A subscriber asked for no events or fewer: its error overtakes whatever waits for demand. */
final class IllegalDemandException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  IllegalDemandException(long requested) {
    super("Reactive Streams 3.9: request must be positive but was " + requested);
  }

  StreamException asStreamException() {
    return new StreamException(StreamException.Reason.CONSUMER, String.valueOf(getMessage()), this);
  }
}
