package dev.perennial.flow;

import dev.perennial.Event;
import dev.perennial.EventStream;
import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;

/**
 * Streams as {@link Flow.Publisher}. In a package of its own because Android has {@code Flow} only
 * since API 30; nothing else in this library needs it.
 *
 * <pre>{@code
 * var publisher = FlowStreams.toFlow(stream); // a java.util.concurrent.Flow.Publisher
 * }</pre>
 *
 * @since 0.1.0
 */
public final class FlowStreams {
  private FlowStreams() {}

  /** Returns the stream as a publisher of {@code java.util.concurrent.Flow}. */
  public static <T> Flow.Publisher<Event<T>> toFlow(EventStream<T> stream) {
    return FlowAdapters.toFlowPublisher(stream);
  }
}
