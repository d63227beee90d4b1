package dev.perennial.flow;

import dev.perennial.Event;
import dev.perennial.EventStream;
import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;

/**
 * Streams as {@link Flow.Publisher}. It stands apart because Android has {@code Flow} only from API
 * 30 on; nothing else of this library needs it.
 *
 * @since 0.1.0
 */
public final class FlowStreams {
  private FlowStreams() {}

  /** The same stream for code that speaks {@code java.util.concurrent.Flow}. */
  public static <T> Flow.Publisher<Event<T>> toFlow(EventStream<T> stream) {
    return FlowAdapters.toFlowPublisher(stream);
  }
}
