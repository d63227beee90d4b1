package dev.perennial.internal.classify;

import dev.perennial.PayloadTransform;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the frames of another transport's connections.
 *
 * @param transform makes the payloads that are classified; null for those of the delegate
 * @param maxEventBytes the most bytes of a payload that the transform makes
 * @param ownSequence what the caller set; null for the delegate's
 * @param isPositionAtServer whether the caller said so; the delegate may say so, too
 */
public record ClassifyingTransport(
    Transport delegate,
    @Nullable PayloadTransform transform,
    int maxEventBytes,
    Classifier classifier,
    @Nullable Sequence ownSequence,
    boolean isPositionAtServer)
    implements Transport {

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    StreamConnection connection = delegate.newConnection(attempt);
    PayloadTransform.Step step = transform == null ? null : transform.begin(maxEventBytes);
    return new ClassifyingConnection(connection, step, classifier, attempt.cursor(), endpoint());
  }

  @Override
  public void ended(StreamSubscription subscription) {
    delegate.ended(subscription);
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

  @Override
  public boolean isPositionAtServer() {
    return isPositionAtServer || delegate.isPositionAtServer();
  }
}
