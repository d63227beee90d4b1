package dev.perennial.examples;

import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.functions.Consumer;
import io.reactivex.rxjava3.schedulers.Schedulers;

/** A stream in RxJava, handled on another thread and acknowledged there. */
final class RxPrices {

  /** What a symbol is bought for. */
  record Price(String symbol, double bid) {}

  private RxPrices() {}

  static Completable handled(String url, Consumer<Price> handle) {
    EventStream<Price> prices = Sse.stream(url, Price.class).withManualAcknowledgement(32);
    return Flowable.fromPublisher(prices)
        .observeOn(Schedulers.io())
        .doOnNext(
            event -> {
              handle.accept(event.data());
              event.acknowledge();
            })
        .ignoreElements();
  }
}
