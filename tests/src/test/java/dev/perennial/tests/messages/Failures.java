package dev.perennial.tests.messages;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes the first failure of a stream. */
final class Failures {
  private Failures() {}

  static StreamException of(EventStream<?> stream) throws Exception {
    CompletableFuture<@Nullable StreamException> end = new CompletableFuture<>();
    StreamListener<Object> listener =
        new StreamListener<>() {
          @Override
          public void onEvent(Event<Object> event) {}

          @Override
          public void onClosed(@Nullable StreamException failure) {
            end.complete(failure);
          }
        };
    StreamSubscription subscription = stream.withRetry(RetryPolicy.never()).subscribe(listener);
    try {
      StreamException failure = end.get(60, SECONDS);
      if (failure == null) {
        throw new AssertionError("Expected a failure but the stream completed");
      }
      return failure;
    } finally {
      subscription.close();
    }
  }
}
