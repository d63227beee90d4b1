package dev.perennial.internal.consumer;

import dev.perennial.StreamException;

/** A subscriber requested no events or fewer. Its error overtakes what waits for demand. */
public final class IllegalDemandException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public IllegalDemandException(long requested) {
    super("Reactive Streams 3.9: request must be positive but was " + requested);
  }

  public StreamException asStreamException() {
    return new StreamException(StreamException.Reason.CONSUMER, String.valueOf(getMessage()), this);
  }
}
