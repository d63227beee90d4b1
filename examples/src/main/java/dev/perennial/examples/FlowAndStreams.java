package dev.perennial.examples;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.flow.FlowStreams;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;

/** A stream as the JDK sees streams: a {@link Flow.Publisher}, and a {@link Stream}. */
final class FlowAndStreams {
  private FlowAndStreams() {}

  /** Hands every event on, as fast as the slowest subscriber of {@code sink} takes them. */
  static void relay(EventStream<String> ticks, SubmissionPublisher<Event<String>> sink) {
    FlowStreams.toFlow(ticks)
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(Event<String> event) {
                sink.submit(event); // Blocks while a subscriber is behind; so the server waits.
              }

              @Override
              public void onError(Throwable failure) {
                sink.closeExceptionally(failure);
              }

              @Override
              public void onComplete() {
                sink.close();
              }
            });
  }

  static List<String> firstTen(EventStream<String> ticks) {
    try (EventReader<String> reader = ticks.open();
        Stream<Event<String>> events = reader.stream()) {
      return events.limit(10).map(Event::data).toList();
    }
  }
}
