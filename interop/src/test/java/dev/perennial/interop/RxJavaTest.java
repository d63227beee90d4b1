package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams in RxJava 3. */
class RxJavaTest extends Served {
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final Scheduler workers = Schedulers.from(threads, /* interruptibleWorker= */ true);
  private final Ledger ledger = new Ledger();
  private final List<Throwable> undeliverable = new CopyOnWriteArrayList<>();

  @BeforeEach
  void listenForErrorsThatAreDropped() {
    RxJavaPlugins.setErrorHandler(undeliverable::add);
  }

  @AfterEach
  void stop() {
    RxJavaPlugins.setErrorHandler(null);
    threads.shutdownNow();
    ledger.close();
  }

  // ---- Demand ----

  @Test
  void demandReachesTheSocket() throws Exception {
    try (Flood flood = new Flood()) {
      TestSubscriber<Event<String>> consumer = TestSubscriber.create(0);
      Flowable.fromPublisher(stream(flood)).subscribe(consumer);

      consumer.request(5);
      long heldBackAt = flood.awaitHeldBack();
      assertEquals(5, consumer.values().size());

      long more = heldBackAt / 1_000;
      consumer.request(more);
      Soon.holds("all requested events arrived", () -> consumer.values().size() == 5 + more);
      assertTrue(flood.awaitHeldBack() > heldBackAt);
      assertEquals(5 + more, consumer.values().size());
      assertEquals(5 + more, watch.handedOver());

      consumer.cancel();
      flood.awaitLeft();
    }
  }

  @Test
  void observeOnTakes128AheadOfItsConsumerAndTheyCountAsAcknowledged() throws Exception {
    try (Flood flood = new Flood()) {
      CountDownLatch busy = new CountDownLatch(1);
      Disposable consumer =
          Flowable.fromPublisher(stream(flood))
              .observeOn(workers)
              .subscribe(event -> awaitQuietly(busy));

      watch.assertDelivered(128);
      assertEquals("128", watch.cursor());
      flood.awaitHeldBack();

      consumer.dispose();
      busy.countDown();
      flood.awaitLeft();
    }
  }

  @Test
  void operatorsTakeAheadWhatTheirTableSays() throws Exception {
    assertTakesAhead(8, events -> events.flatMap(event -> Flowable.never(), 8));
    assertTakesAhead(128, events -> events.flatMap(event -> Flowable.never()));
    assertTakesAhead(2, events -> events.concatMap(event -> Flowable.never()));
    assertTakesAhead(128, events -> events.share());
  }

  private void assertTakesAhead(
      int count, Function<Flowable<Event<String>>, Flowable<? extends Object>> operator)
      throws IOException {
    try (Flood flood = new Flood()) {
      Watch seen = new Watch();
      TestSubscriber<Object> consumer = TestSubscriber.create(0);
      operator.apply(Flowable.fromPublisher(stream(flood).withObserver(seen))).subscribe(consumer);

      seen.assertDelivered(count);
      assertEquals(Integer.toString(count), seen.cursor());

      consumer.cancel();
      flood.awaitLeft();
    }
  }

  // ---- Cancelling ----

  @Test
  void cancelClosesASilentSocketAndNoErrorIsUndeliverable() throws InterruptedException {
    append("a");

    Event<String> first = Flowable.fromPublisher(stream()).take(1).blockingLast();

    assertEquals("a", first.data());
    awaitLeft();
    assertNull(watch.awaitClosed());
    assertEquals(List.of(), undeliverable);
  }

  @Test
  void cancelEndsAWaitAndNoErrorIsUndeliverable() throws InterruptedException {
    server.answerNext(503, List.of("Retry-After: 3600"), "later");
    Disposable consumer = Flowable.fromPublisher(stream()).subscribe();
    Soon.holds("the subscription waits", () -> watch.subscription().nextAttemptIn() != null);

    consumer.dispose();

    assertNull(watch.awaitClosed());
    assertEquals(List.of(), undeliverable);
    assertEquals(1, server.requests().size());
  }

  // ---- Manual acknowledgement ----

  @Test
  void cursorIsNeverAheadOfWhatFlatMapHasDone() {
    appendNumbers(500);
    log.end();

    boolean hasCompleted =
        Flowable.fromPublisher(stream(ledger).withManualAcknowledgement(64))
            .flatMap(
                event ->
                    Completable.fromCompletionStage(ledger.workLater(event.data()))
                        .doOnComplete(event::acknowledge)
                        .toFlowable(),
                16)
            .ignoreElements()
            .blockingAwait(Soon.PATIENCE.toSeconds(), TimeUnit.SECONDS);

    assertTrue(hasCompleted);
    ledger.assertKept(500);
  }

  @Test
  void cursorStopsBeforeTheFirstThatIsNotDone() {
    appendPrices(4);

    Disposable consumer =
        RxPrices.saved(
                prices().withObserver(watch).withCursorStore(ledger),
                price -> Completable.fromCompletionStage(ledger.workUntilReleased(price.symbol())))
            .subscribe();

    releaseTheFirstLast(ledger);
    consumer.dispose();
    awaitLeft();
  }

  @Test
  void cursorIsNotAheadOfAConsumerAfterObserveOn() {
    appendPrices(40);

    assertCursorWaitsForTheConsumer(
        handler ->
            RxPrices.handled(
                        prices().withObserver(watch),
                        workers,
                        price -> handler.accept(price.symbol()))
                    .subscribe()
                ::dispose);
  }

  // ---- The programs ----

  @Test
  void plainGetsTheData() {
    appendPrices(2);
    log.end();

    List<RxPrices.Price> prices = RxPrices.plain(prices()).toList().blockingGet();

    assertEquals(List.of(new RxPrices.Price("1", 1.5), new RxPrices.Price("2", 2.5)), prices);
  }

  private EventStream<RxPrices.Price> prices() {
    return Sse.stream(url(), RxPrices.Price.class).withRetry(QUICK);
  }

  private void appendPrices(int last) {
    IntStream.rangeClosed(1, last)
        .forEach(each -> append("{\"symbol\":\"" + each + "\",\"bid\":" + each + ".5}"));
  }
}
