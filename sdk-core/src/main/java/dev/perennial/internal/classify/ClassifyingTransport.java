package dev.perennial.internal.classify;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A transport whose events have what the caller's functions find in them.
 *
 * @param ownSequence what the caller said; null for the delegate's
 */
public record ClassifyingTransport(
    Transport delegate,
    Identification identification,
    Classification classification,
    @Nullable Sequence ownSequence)
    implements Transport {

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    StreamConnection connection = delegate.newConnection(attempt);
    return new ClassifyingConnection(connection, identification, classification, endpoint());
  }

  @Override
  public String endpoint() {
    return delegate.endpoint();
  }

  @Override
  public String host() {
    return delegate.host();
  }

  @Override
  public boolean hasCredentials() {
    return delegate.hasCredentials();
  }

  @Override
  public @Nullable Sequence sequence() {
    return ownSequence != null ? ownSequence : delegate.sequence();
  }
}
