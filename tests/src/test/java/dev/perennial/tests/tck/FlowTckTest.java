package dev.perennial.tests.tck;

import dev.perennial.Event;
import dev.perennial.flow.FlowStreams;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** The same rules for {@code java.util.concurrent.Flow}. As to skips see {@link DirectTckTest}. */
public class FlowTckTest extends FlowPublisherVerification<Event<String>> {
  public FlowTckTest() {
    super(TckStreams.environment());
  }

  @Override
  public Flow.Publisher<Event<String>> createFlowPublisher(long elements) {
    return FlowStreams.toFlow(TckStreams.of(elements));
  }

  @Override
  public Flow.Publisher<Event<String>> createFailedFlowPublisher() {
    return FlowStreams.toFlow(TckStreams.refused());
  }
}
