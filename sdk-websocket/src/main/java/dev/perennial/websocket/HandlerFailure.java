package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;

/** How a connection ends because a handler of the application threw. */
final class HandlerFailure {
  private HandlerFailure() {}

  static IOException of(String handler, Throwable thrown, String endpoint) {
    if (thrown instanceof VirtualMachineError fatal) {
      throw fatal; // The process is in trouble, whatever the handler.
    } else if (thrown instanceof DisconnectException wanted) {
      return wanted.toTransportException(endpoint);
    }
    TransportException failure =
        new TransportException(
            Reason.CONSUMER,
            "Expected "
                + handler
                + " to handle the connection to "
                + endpoint
                + " but it threw "
                + thrown.getClass().getName(),
            thrown);
    return thrown instanceof IOException ? failure.retryable() : failure;
  }
}
