package dev.perennial.interop;

import dev.perennial.Event;
import dev.perennial.EventStream;
import reactor.core.publisher.Flux;

// region fan-out
/**
 * One connection for everyone who looks at the prices; one that is slow does not slow the others
 * down.
 */
final class ReactorFanOut {
  private final Flux<String> prices;

  ReactorFanOut(EventStream<String> stream) {
    prices = Flux.from(stream).map(Event::data).share();
  }

  /** Returns the prices for one viewer: those that it has no time for are left out. */
  Flux<String> prices() {
    return prices.onBackpressureLatest();
  }
}
// endregion
