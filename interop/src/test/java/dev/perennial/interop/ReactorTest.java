package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Streams in Project Reactor. */
class ReactorTest extends Served {
  private final Scheduler workers = Schedulers.newParallel("worker", 4);
  private final Ledger ledger = new Ledger();

  @AfterEach
  void stopWorkers() {
    workers.dispose();
    ledger.close();
    Hooks.resetOnErrorDropped();
  }

  // ---- Demand ----

  @Test
  void demandReachesTheSocket() throws IOException {
    try (Flood flood = new Flood()) {
      Demanding<Event<String>> consumer = new Demanding<>();
      Flux.from(stream(flood)).subscribe(consumer);

      consumer.request(5);
      long heldBackAt = flood.awaitHeldBack();
      assertEquals(5, consumer.taken.get());

      long more = heldBackAt / 1_000;
      consumer.request(more);
      Soon.holds("all requested events arrived", () -> consumer.taken.get() == 5 + more);
      assertTrue(flood.awaitHeldBack() > heldBackAt);
      assertEquals(5 + more, consumer.taken.get());
      assertEquals(5 + more, watch.handedOver());

      consumer.cancel();
      flood.awaitLeft();
    }
  }

  /** Requests nothing by itself. */
  private static final class Demanding<T> extends BaseSubscriber<T> {
    final AtomicLong taken = new AtomicLong();
    final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      // The test requests.
    }

    @Override
    protected void hookOnError(Throwable thrown) {
      failure.set(thrown);
    }

    @Override
    protected void hookOnNext(T event) {
      taken.incrementAndGet();
    }
  }

  @Test
  void publishOnTakes256AheadOfItsConsumerAndTheyCountAsAcknowledged() throws Exception {
    try (Flood flood = new Flood()) {
      CountDownLatch busy = new CountDownLatch(1);
      Disposable consumer =
          Flux.from(stream(flood)).publishOn(workers).subscribe(event -> awaitQuietly(busy));

      watch.assertDelivered(256);
      assertEquals("256", watch.cursor());
      flood.awaitHeldBack();

      consumer.dispose();
      busy.countDown();
      flood.awaitLeft();
    }
  }

  @Test
  void publishOnTakesNoMoreThanItsPrefetch() throws Exception {
    try (Flood flood = new Flood()) {
      CountDownLatch busy = new CountDownLatch(1);
      Disposable consumer =
          Flux.from(stream(flood)).publishOn(workers, 16).subscribe(event -> awaitQuietly(busy));

      watch.assertDelivered(16);
      flood.awaitHeldBack();

      consumer.dispose();
      busy.countDown();
      flood.awaitLeft();
    }
  }

  @Test
  void limitRateTakesNoMoreThanItsRate() throws Exception {
    try (Flood flood = new Flood()) {
      Demanding<Event<String>> consumer = new Demanding<>();
      Flux.from(stream(flood)).limitRate(64).subscribe(consumer);

      consumer.request(5);

      watch.assertDelivered(64);
      assertEquals(5, consumer.taken.get());
      assertEquals("64", watch.cursor());
      flood.awaitHeldBack();

      consumer.cancel();
      flood.awaitLeft();
    }
  }

  @Test
  void operatorsTakeAheadWhatTheirTableSays() throws Exception {
    assertTakesAhead(8, 1, events -> events.flatMap(event -> Mono.never(), 8));
    assertTakesAhead(256, 1, events -> events.flatMap(event -> Mono.never()));
    assertTakesAhead(1, 1, events -> events.concatMap(event -> Mono.never()));
    assertTakesAhead(256, 0, Flux::share);
  }

  private void assertTakesAhead(
      int count, int demand, Function<Flux<Event<String>>, Flux<? extends Object>> operator)
      throws IOException {
    try (Flood flood = new Flood()) {
      Watch seen = new Watch();
      Demanding<Object> consumer = new Demanding<>();
      operator.apply(Flux.from(stream(flood).withObserver(seen))).subscribe(consumer);

      if (demand > 0) {
        consumer.request(demand);
      }
      seen.assertDelivered(count);
      assertEquals(Integer.toString(count), seen.cursor());

      consumer.cancel();
      flood.awaitLeft();
    }
  }

  // ---- Cancelling ----

  @Test
  void cancelClosesASilentSocketAndDropsNoError() throws InterruptedException {
    List<Throwable> dropped = new CopyOnWriteArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    append("a");

    Flux.from(stream()).take(1).blockLast(Soon.PATIENCE);

    awaitLeft();
    assertNull(watch.awaitClosed());
    assertEquals(List.of(), dropped);
  }

  @Test
  void cancelEndsAWaitAndDropsNoError() throws InterruptedException {
    List<Throwable> dropped = new CopyOnWriteArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    server.answerNext(503, List.of("Retry-After: 3600"), "later");
    Disposable consumer = Flux.from(stream()).subscribe();
    Soon.holds("the subscription waits", () -> watch.subscription().nextAttemptIn() != null);

    consumer.dispose();

    assertNull(watch.awaitClosed());
    assertEquals(List.of(), dropped);
    assertEquals(1, server.requests().size());
  }

  @Test
  void aCutIsNoErrorSoThatRetryHasNothingToDo() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Mono<Void> ended = Flux.from(stream()).doOnNext(event -> seen.add(event.data())).then();
    Disposable consumer = ended.subscribe();
    append("a", "b");
    Soon.holds("both arrived", () -> seen.size() == 2);

    server.cutAll(Cut.RST);
    append("c");

    Soon.holds("the third arrived", () -> seen.size() == 3);
    assertEquals(List.of("a", "b", "c"), seen);
    assertEquals("2", server.requests().get(1).cursor());
    consumer.dispose();
    awaitLeft();
  }

  // ---- Sharing ----

  @Test
  void sharedStreamHasOneConnectionUntilTheLastLeaves() {
    List<Long> one = new CopyOnWriteArrayList<>();
    List<Long> other = new CopyOnWriteArrayList<>();
    Flux<ReactorChanges.Change> shared = ReactorChanges.shared(changes(url()));
    Disposable first = shared.subscribe(change -> one.add(change.seq()));
    Disposable second = shared.subscribe(change -> other.add(change.seq()));

    appendChanges(1, 2);
    Soon.holds("both have both", () -> one.size() + other.size() == 4);
    first.dispose();
    appendChanges(3, 3);
    Soon.holds("the second has the third", () -> other.size() == 3);

    assertEquals(List.of(1L, 2L), one);
    assertEquals(1, server.requests().size());
    assertEquals(1, server.liveConnections());
    second.dispose();
    awaitLeft();
  }

  @Test
  void aSubscriberThatNeverReadsDoesNotStopTheOthersWhenEachHasABuffer() {
    List<Long> one = new CopyOnWriteArrayList<>();
    List<Long> other = new CopyOnWriteArrayList<>();
    Flux<ReactorChanges.Change> all = ReactorChanges.fannedOut(changes(url()), 64);
    Demanding<ReactorChanges.Change> never = new Demanding<>();
    Disposable first = all.subscribe(change -> one.add(change.seq()));
    Disposable second = all.subscribe(change -> other.add(change.seq()));
    all.subscribe(never);

    appendChanges(1, 500);

    Soon.holds("both have all", () -> one.size() + other.size() == 1_000);
    never.request(Long.MAX_VALUE); // Only now: it has what was in its buffer, and the error.
    Soon.holds("the third learns of it", () -> never.failure.get() != null);
    assertTrue(Exceptions.isOverflow(never.failure.get()), () -> "" + never.failure.get());
    assertEquals(64, never.taken.get());
    assertEquals(1, server.requests().size());
    first.dispose();
    second.dispose();
    awaitLeft();
  }

  // ---- Manual acknowledgement ----

  @Test
  void cursorIsNeverAheadOfWhatFlatMapHasDone() {
    appendNumbers(500);
    log.end();

    Flux.from(stream(ledger).withManualAcknowledgement(64))
        .flatMap(
            event ->
                Mono.fromFuture(() -> ledger.workLater(event.data()))
                    .doOnSuccess(done -> event.acknowledge()),
            16)
        .blockLast(Soon.PATIENCE);

    ledger.assertKept(500);
  }

  @Test
  void cursorStopsBeforeTheFirstThatIsNotDone() throws InterruptedException {
    appendChanges(1, 4);
    EventStream<ReactorChanges.Change> changes =
        changes(url()).withObserver(watch).withCursorStore(ledger);

    Disposable consumer =
        ReactorChanges.saved(
                changes,
                change ->
                    Mono.fromFuture(() -> ledger.workUntilReleased(Long.toString(change.seq()))))
            .subscribe();

    releaseTheFirstLast(ledger);
    consumer.dispose();
    awaitLeft();
  }

  @Test
  void cursorIsNotAheadOfAConsumerAfterPublishOn() {
    appendChanges(1, 40);
    EventStream<ReactorChanges.Change> changes = changes(url()).withObserver(watch);

    assertCursorWaitsForTheConsumer(
        handler ->
            ReactorChanges.handled(
                        changes, workers, change -> handler.accept(Long.toString(change.seq())))
                    .subscribe()
                ::dispose);
  }

  @Test
  void withoutManualAcknowledgementTheCursorRunsAhead() {
    appendNumbers(500);
    log.end();

    Flux.from(stream(ledger))
        .flatMap(event -> Mono.fromFuture(() -> ledger.workLater(event.data())), 16)
        .blockLast(Soon.PATIENCE);

    assertTrue(ledger.isAhead());
  }

  // ---- The programs ----

  @Test
  void plainGetsTheData() {
    appendChanges(1, 3);
    log.end();

    Flux<ReactorChanges.Change> changes = ReactorChanges.plain(changes(url()));

    assertEquals(List.of(1L, 2L, 3L), seqs(changes));
  }

  @Test
  void savedCompletesWithTheStream() {
    appendChanges(1, 3);
    log.end();
    List<Long> saved = new ArrayList<>();

    ReactorChanges.saved(changes(url()), change -> Mono.fromRunnable(() -> saved.add(change.seq())))
        .blockLast(Soon.PATIENCE);

    assertEquals(List.of(1L, 2L, 3L), saved);
  }

  @Test
  void snapshotIsDeliveredWhereChangesAreMissing() throws IOException {
    FakeEventLog shortLog = FakeEventLog.retaining(3);
    IntStream.rangeClosed(1, 10).forEach(seq -> shortLog.append(change(seq)));
    shortLog.end();

    try (FakeSseServer forgetful = FakeSseServer.start(shortLog)) {
      Flux<ReactorChanges.Change> changes =
          ReactorChanges.withoutGaps(
              changes(forgetful.uri("/").toString()).withCursor("1"),
              cursor ->
                  Flux.just(
                      new ReactorChanges.Change(-Long.parseLong(String.valueOf(cursor)), "all")));

      assertEquals(List.of(-1L, 8L, 9L, 10L), seqs(changes));
    }
  }

  private static EventStream<ReactorChanges.Change> changes(String url) {
    return Sse.stream(url, ReactorChanges.Change.class).withRetry(QUICK);
  }

  private void appendChanges(int first, int last) {
    IntStream.rangeClosed(first, last).forEach(seq -> log.append(change(seq)));
  }

  private static String change(int seq) {
    return "{\"seq\":" + seq + ",\"doc\":\"d\"}";
  }

  private static List<Long> seqs(Flux<ReactorChanges.Change> changes) {
    return changes.map(ReactorChanges.Change::seq).collectList().block(Soon.PATIENCE);
  }
}
