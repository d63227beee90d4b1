package dev.perennial.tests.tck;

import dev.perennial.Event;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/**
 * The rules of Reactive Streams, with delivery on the engine's thread.
 *
 * <p>Seven methods report themselves as skipped: those whose names begin with {@code untested_}.
 * The kit has no test for their rules (1.6 to 1.10, 3.4 and 3.5) and says so with a skip; nothing
 * is skipped for a reason of ours. {@code OneTerminalSignalTest} and {@code CloseTest} hold 1.6 to
 * 1.8.
 */
public class DirectTckTest extends PublisherVerification<Event<String>> {
  public DirectTckTest() {
    super(TckStreams.environment());
  }

  @Override
  public Publisher<Event<String>> createPublisher(long elements) {
    return TckStreams.of(elements);
  }

  @Override
  public Publisher<Event<String>> createFailedPublisher() {
    return TckStreams.refused();
  }
}
