package dev.perennial.internal.classify;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the frames of another transport's connections.
 *
 * @param ownSequence what the caller set; null for the delegate's
 */
public record ClassifyingTransport(
    Transport delegate, Classifier classifier, @Nullable Sequence ownSequence)
    implements Transport {

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return new ClassifyingConnection(
        delegate.newConnection(attempt), classifier, attempt.cursor(), endpoint());
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
