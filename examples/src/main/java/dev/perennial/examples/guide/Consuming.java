package dev.perennial.examples.guide;

import static java.time.Duration.ofSeconds;

import dev.perennial.ConsumerFailurePolicy;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamObserver;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;

/** The ways to consume a stream. */
final class Consuming {
  private Consuming() {}

  // region listener
  static void listen(String url) throws InterruptedException {
    EventStream<String> ticks = Sse.stream(url);
    try (StreamSubscription subscription =
        ticks.subscribe(event -> System.out.println(event.data()))) {
      subscription.awaitClosed();
    }
  }

  // endregion

  // region throwing
  static StreamSubscription store(EventStream<String> ticks, StreamListener<String> database) {
    return ticks
        .withConsumerFailurePolicy(ConsumerFailurePolicy.retry(5, ofSeconds(2)).thenSkip())
        .withObserver(
            new StreamObserver() {
              @Override
              public void onEventSkipped(
                  StreamSubscription subscription, Event<?> event, StreamException failure) {
                System.err.println("skipped " + event.id() + ": " + failure.getMessage());
              }
            })
        .subscribe(database);
  }

  // endregion

  // region reader
  static void read(EventStream<String> ticks, Consumer<String> handle) {
    try (EventReader<String> reader = ticks.open()) {
      for (Event<String> event : reader) {
        handle.accept(event.data());
      }
    }
  }

  // endregion

  // region poll
  static void poll(EventReader<String> reader, Consumer<String> handle)
      throws InterruptedException {
    Event<String> event = reader.poll(ofSeconds(10));
    if (event != null) {
      handle.accept(event.data());
    } else {
      System.out.println("no event yet: " + reader.subscription().state());
    }
  }

  // endregion

  // region publisher
  static Flux<String> data(EventStream<String> ticks) {
    return Flux.from(ticks).map(Event::data);
  }

  // endregion

  // region signals
  static Flux<String> described(EventStream<String> ticks) {
    return Flux.from(ticks.signals())
        .map(
            signal -> {
              if (signal instanceof Event<String> event) {
                return event.data();
              } else if (signal instanceof Gap gap) {
                return "events are missing here: " + gap.detail();
              } else if (signal instanceof StreamState.Waiting waiting) {
                return "away for " + waiting.delay() + ": " + waiting.reason();
              }
              return signal.toString();
            });
  }
  // endregion
}
