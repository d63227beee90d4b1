package dev.perennial.interop;

import dev.perennial.Event;
import dev.perennial.EventStream;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.functions.Consumer;
import io.reactivex.rxjava3.functions.Function;

/** A stream in RxJava: plain, and manually acknowledged on other threads. */
final class RxPrices {

  /** The price at which a symbol is bought. */
  record Price(String symbol, double bid) {}

  private RxPrices() {}

  // region plain
  static Flowable<Price> plain(EventStream<Price> prices) {
    return Flowable.fromPublisher(prices).map(Event::data);
  }

  // endregion

  // region handled
  /** Handles prices on another thread, with a queue of up to 16. */
  static Completable handled(
      EventStream<Price> prices, Scheduler scheduler, Consumer<Price> handle) {
    return Flowable.fromPublisher(prices.withManualAcknowledgement(16))
        .observeOn(scheduler, false, 16)
        .doOnNext(
            event -> {
              handle.accept(event.data());
              event.acknowledge();
            })
        .ignoreElements();
  }

  // endregion

  // region saved
  /** Saves up to eight prices at once; unsaved prices are delivered again after a crash. */
  static Completable saved(EventStream<Price> prices, Function<Price, Completable> save) {
    return Flowable.fromPublisher(prices.withManualAcknowledgement(64))
        .flatMapCompletable(
            event -> save.apply(event.data()).doOnComplete(event::acknowledge), false, 8);
  }
  // endregion
}
