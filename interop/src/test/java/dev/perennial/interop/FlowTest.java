package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.StreamException;
import dev.perennial.flow.FlowStreams;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Streams in {@link Flow}. The TCK, {@code FlowTckTest} in {@code tests}, checks that they obey its
 * rules.
 */
class FlowTest extends Served {
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Ledger ledger = new Ledger();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    ledger.close();
  }

  // ---- Demand ----

  @Test
  void demandReachesTheSocket() throws Exception {
    try (Flood flood = new Flood()) {
      Demanding consumer = new Demanding();
      FlowStreams.toFlow(stream(flood)).subscribe(consumer);
      Flow.Subscription subscription = consumer.subscription.get(20, TimeUnit.SECONDS);

      subscription.request(5);
      long heldBackAt = flood.awaitHeldBack();
      assertEquals(5, consumer.taken.get());

      long more = heldBackAt / 1_000;
      subscription.request(more);
      Soon.holds("all requested events arrived", () -> consumer.taken.get() == 5 + more);
      assertTrue(flood.awaitHeldBack() > heldBackAt);
      assertEquals(5 + more, consumer.taken.get());

      subscription.cancel();
      flood.awaitLeft();
    }
  }

  /** Requests nothing by itself. */
  private static final class Demanding implements Flow.Subscriber<Event<String>> {
    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    final AtomicLong taken = new AtomicLong();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription.complete(subscription);
    }

    @Override
    public void onNext(Event<String> event) {
      taken.incrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onComplete() {
      throw new AssertionError("The flood has no end");
    }
  }

  @Test
  void slowestSubscriberOfARelayHoldsTheServerBack() throws Exception {
    try (Flood flood = new Flood();
        SubmissionPublisher<Event<String>> sink = new SubmissionPublisher<>(threads, 16)) {
      CountDownLatch busy = new CountDownLatch(1);
      AtomicLong quick = new AtomicLong();
      CompletableFuture<Void> done = sink.consume(event -> quick.incrementAndGet());
      CompletableFuture<Void> slow = sink.consume(event -> awaitQuietly(busy));

      FlowTicks.relay(stream(flood), sink);
      flood.awaitHeldBack();
      // The slow consumer has one and 16 wait for it; the relay waits with one more.
      watch.assertDelivered(18);
      assertEquals(18, Soon.rests("the number of events of the fast consumer", quick::get));

      done.cancel(true);
      slow.cancel(true);
      busy.countDown();
      flood.awaitLeft();
    }
  }

  // ---- Cancelling ----

  @Test
  void cancelClosesASilentSocket() throws Exception {
    Demanding consumer = new Demanding();
    FlowStreams.toFlow(stream()).subscribe(consumer);
    Flow.Subscription subscription = consumer.subscription.get(20, TimeUnit.SECONDS);
    subscription.request(1);
    append("a");
    Soon.holds("the event arrived", () -> consumer.taken.get() == 1);

    subscription.cancel();

    awaitLeft();
    assertNull(watch.awaitClosed());
  }

  @Test
  void relayLeavesAtANextEventWhenTheSubscriberIsGone() throws Exception {
    try (SubmissionPublisher<Event<String>> sink = new SubmissionPublisher<>()) {
      List<String> relayed = new CopyOnWriteArrayList<>();
      CompletableFuture<Void> done = sink.consume(event -> relayed.add(event.data()));
      FlowTicks.relay(stream(), sink);
      append("a");
      Soon.holds("the event arrived", () -> relayed.size() == 1);

      done.cancel(true);

      // The publisher itself learns of it on another thread.
      Soon.holds(
          "the relay has left",
          () -> {
            append("b");
            return server.liveConnections() == 0;
          });
      assertEquals(List.of("a"), relayed);
    }
  }

  @Test
  void relayHandsOnEveryEventAndTheEnd() throws Exception {
    append("a", "b");
    log.end();
    List<String> relayed = new CopyOnWriteArrayList<>();

    try (SubmissionPublisher<Event<String>> sink = new SubmissionPublisher<>()) {
      CompletableFuture<Void> done = sink.consume(event -> relayed.add(event.data()));
      FlowTicks.relay(stream(), sink);
      done.get(20, TimeUnit.SECONDS);
    }

    assertEquals(List.of("a", "b"), relayed);
  }

  // ---- Manual acknowledgement ----

  @Test
  void cursorIsNeverAheadOfWhatAProcessorHasDone() throws Exception {
    appendNumbers(500);
    log.end();
    List<String> stored = new CopyOnWriteArrayList<>();

    FlowTicks.stored(
            stream(ledger), new FlowTicks.Workers<>(threads, 8, ledger::workNow), stored::add)
        .get(20, TimeUnit.SECONDS);

    ledger.assertKept(500);
    assertEquals(500, stored.size());
  }

  @Test
  void cursorStopsBeforeTheFirstThatIsNotDone() throws Exception {
    appendNumbers(4);

    CompletableFuture<Void> done =
        FlowTicks.stored(
            stream(ledger),
            new FlowTicks.Workers<>(
                threads,
                8,
                data -> {
                  ledger.workUntilReleased(data).join();
                  return data;
                }),
            result -> {});

    releaseTheFirstLast(ledger);
    log.end();
    done.get(20, TimeUnit.SECONDS);
  }

  @Test
  void workThatFailsClosesTheSocketAndIsNotAcknowledged() {
    appendNumbers(3);

    CompletableFuture<Void> done =
        FlowTicks.stored(
            stream(ledger),
            new FlowTicks.Workers<>(
                threads,
                1,
                data -> {
                  if (data.equals("2")) {
                    throw new IllegalStateException("disk full at " + data);
                  }
                  ledger.done(data);
                  return data;
                }),
            result -> {});

    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> done.get(20, TimeUnit.SECONDS));
    assertEquals("disk full at 2", failed.getCause().getMessage());
    awaitLeft();
    ledger.check(watch.cursor());
    assertFalse(ledger.isAhead());
  }

  @Test
  void failureOfTheStreamReachesTheLastSubscriber() {
    server.answerNext(404, List.of(), "no such stream");

    CompletableFuture<Void> done =
        FlowTicks.stored(
            stream(), new FlowTicks.Workers<String, String>(threads, 8, data -> data), data -> {});

    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> done.get(20, TimeUnit.SECONDS));
    assertEquals(404, ((StreamException) failed.getCause()).code());
  }
}
