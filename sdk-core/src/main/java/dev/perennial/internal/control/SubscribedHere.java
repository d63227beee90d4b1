package dev.perennial.internal.control;

import dev.perennial.StreamException;

/**
 * Where a subscription was made: a stack trace that is added to the failure that ends it, whose own
 * is of the engine's thread and shows none of the program's code.
 */
final class SubscribedHere extends Throwable {
  private static final long serialVersionUID = 1L;

  SubscribedHere(String endpoint) {
    super("The subscription to " + endpoint + " was made here");
  }

  void addTo(StreamException failure) {
    for (Throwable known : failure.getSuppressed()) {
      if (known == this) {
        return;
      }
    }
    failure.addSuppressed(this);
  }
}
