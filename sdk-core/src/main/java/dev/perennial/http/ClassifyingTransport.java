package dev.perennial.http;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.spi.TransportException;
import java.util.function.UnaryOperator;

/** A transport whose events have the meaning that the caller's functions find in them. */
record ClassifyingTransport(Transport delegate, Classification classification)
    implements Transport {

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    StreamConnection connection = delegate.newConnection(attempt);
    UnaryOperator<TransportException> judge =
        connection instanceof HttpConnection http ? http::judged : failure -> failure;
    return new ClassifyingConnection(connection, classification, endpoint(), judge);
  }

  @Override
  public String endpoint() {
    return delegate.endpoint();
  }
}
