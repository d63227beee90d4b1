package dev.perennial.examples.guide;

import dev.perennial.EventStream;
import dev.perennial.Overflow;
import dev.perennial.StreamSubscription;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Consumers that cannot keep up. */
final class SlowConsumers {
  private SlowConsumers() {}

  // region demand
  static Flux<Void> eightAtATime(EventStream<String> ticks, Handler handler) {
    return Flux.from(ticks).flatMap(event -> handler.handle(event.data()), 8);
  }

  interface Handler {
    Mono<Void> handle(String data);
  }

  // endregion

  // region executor
  static StreamSubscription onMainThread(
      EventStream<String> ticks, Executor mainThread, Consumer<String> show) {
    return ticks.withDeliveryOn(mainThread).subscribe(event -> show.accept(event.data()));
  }

  // endregion

  // region overflow
  static StreamSubscription lastHundred(
      EventStream<String> ticks, Executor mainThread, Consumer<String> show) {
    return ticks
        .withDeliveryOn(mainThread)
        .withOverflow(Overflow.dropOldest(100))
        .subscribe(event -> show.accept(event.data()));
  }
  // endregion
}
