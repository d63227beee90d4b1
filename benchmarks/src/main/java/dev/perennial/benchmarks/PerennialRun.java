package dev.perennial.benchmarks;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A subscription of this SDK, with a listener on its own thread. */
final class PerennialRun {
  private PerennialRun() {}

  static <T> Subject.Run of(
      DeliveryCheck check, EventStream<T> stream, Consumer<? super Event<T>> consumer) {
    StreamSubscription subscription = stream.subscribe(new Listener<>(check, consumer));
    return new Subject.Run(
        check,
        () -> {
          subscription.close();
          subscription.awaitClosed();
        });
  }

  private record Listener<T>(DeliveryCheck check, Consumer<? super Event<T>> consumer)
      implements StreamListener<T> {

    @Override
    public void onEvent(Event<T> event) {
      consumer.accept(event);
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      check.ended(failure != null ? failure : new IllegalStateException("The stream completed"));
    }
  }
}
