package dev.perennial.http;

import java.io.InterruptedIOException;

/** How an interrupt of the engine's thread leaves this package: as an exception, and still set. */
final class Interruption {
  private Interruption() {}

  static InterruptedIOException asIOException(Throwable cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("Interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }
}
