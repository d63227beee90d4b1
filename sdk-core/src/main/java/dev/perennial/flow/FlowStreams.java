package dev.perennial.flow;

import dev.perennial.Event;
import dev.perennial.EventStream;
import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;

/**
 * Streams as {@link Flow.Publisher}. It stands apart because Android has {@code Flow} only from API
 * 30 on; nothing else of this library needs it.
 */
public final class FlowStreams {
  private FlowStreams() {}

  /** The same stream for code that speaks {@code java.util.concurrent.Flow}. */
  public static <T> Flow.Publisher<Event<T>> toFlow(EventStream<T> stream) {
    return FlowAdapters.toFlowPublisher(stream);
  }
}
