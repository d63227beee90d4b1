package dev.perennial.tests.engine;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.EventRecorder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only other threads can show: waiting for the end, blocking reads, interrupts. */
class RealThreadsTest {
  private final InMemoryTransport transport = new InMemoryTransport();
  private final EventStream<String> stream = EventStream.of(transport, Decoder.text());
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(10));
  private final ExecutorService executor = Executors.newCachedThreadPool();

  @AfterEach
  void leavesNoConnection() throws InterruptedException {
    executor.shutdownNow();
    assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
    assertEquals(0, transport.live());
  }

  private EventStream<String> delivered(boolean isQueued) {
    return isQueued ? stream.withDeliveryOn(executor) : stream;
  }

  // ---- awaitClosed ----

  @Test
  void awaitClosedReturnsWhenTheStreamIsComplete() throws InterruptedException {
    StreamSubscription subscription = stream.subscribe(recorder.listener());
    transport.event("1").declaresEnd();

    subscription.awaitClosed();

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void awaitClosedThrowsTheFailureOfTheStream() {
    StreamSubscription subscription = stream.subscribe(recorder.listener());
    TransportException refusal = new TransportException(Reason.PROTOCOL, "broken");
    transport.cut(refusal);

    StreamException failure = assertThrows(StreamException.class, subscription::awaitClosed);

    assertEquals(Reason.PROTOCOL, failure.reason());
    assertSame(failure, recorder.takeFailure());
  }

  @Test
  void awaitClosedGivesUpAfterItsTime() throws InterruptedException {
    try (StreamSubscription subscription = stream.subscribe(recorder.listener())) {
      assertFalse(subscription.awaitClosed(ofMillis(20)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void awaitClosedIsABarrierForARunningCallback(boolean isQueued) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    AtomicReference<String> order = new AtomicReference<>("");
    StreamListener<String> slow =
        event -> {
          begun.countDown();
          mayReturn.await();
          order.updateAndGet(before -> before + "returned ");
        };
    transport.event("1");
    StreamSubscription subscription = delivered(isQueued).subscribe(slow);

    begun.await();
    subscription.close();
    assertFalse(subscription.awaitClosed(ofMillis(20)));
    mayReturn.countDown();
    subscription.awaitClosed();
    order.updateAndGet(before -> before + "closed");

    assertEquals("returned closed", order.get());
    assertEquals("1", subscription.cursor());
  }

  @Test
  void awaitClosedCanBeInterrupted() {
    StreamSubscription subscription = stream.subscribe(recorder.listener());

    Thread.currentThread().interrupt();

    assertThrows(InterruptedException.class, subscription::awaitClosed);
    assertTrue(subscription.state() != null && !Thread.interrupted());
    subscription.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void awaitClosedIsRefusedWithinCallbacks(boolean isQueued) throws InterruptedException {
    AtomicInteger refused = new AtomicInteger();
    Runnable tries =
        () -> {
          assertThrows(IllegalStateException.class, () -> recorder.subscription().awaitClosed());
          refused.incrementAndGet();
        };
    recorder
        .onSubscribed(subscribed -> tries.run())
        .onState(state -> tries.run())
        .onEvent(event -> tries.run())
        .onEnd(end -> tries.run());
    transport.event("1").declaresEnd();

    delivered(isQueued).subscribe(recorder.listener());

    recorder.assertEvents("1");
    recorder.assertCompleted();
    recorder.subscription().awaitClosed();
    assertTrue(refused.get() >= 4, refused::toString);
    recorder.assertExhausted();
  }

  @Test
  void awaitClosedWithinOnSubscribedReturnsOnceClosed() throws InterruptedException {
    recorder.onSubscribed(
        subscribed -> {
          recorder.subscription().close();
          recorder.subscription().awaitClosed();
        });

    stream.subscribe(recorder.listener()).awaitClosed();

    recorder.assertExhausted();
  }

  // ---- Readers ----

  @Test
  void readWaitsForAnEvent() throws Exception {
    try (EventReader<String> reader = stream.open()) {
      Future<Event<String>> read = executor.submit(reader::read);
      transport.event("1");

      assertEquals("1", read.get(10, TimeUnit.SECONDS).data());
      assertNull(reader.poll(ofMillis(5)));
    }
  }

  @Test
  void closeByAnotherThreadEndsARead() throws Exception {
    EventReader<String> reader = stream.open();
    Future<Event<String>> read = executor.submit(reader::read);

    reader.close();

    assertNull(read.get(10, TimeUnit.SECONDS));
    reader.subscription().awaitClosed();
  }

  @Test
  void readerCanBeUsedAfterAnInterrupt() throws InterruptedException {
    try (EventReader<String> reader = stream.open()) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, reader::read);
      transport.event("1");

      assertEquals("1", reader.read().data());
    }
  }

  @Test
  void interruptEndsAnIterationAndIsKept() {
    try (EventReader<String> reader = stream.open()) {
      Thread.currentThread().interrupt();

      StreamException ended =
          assertThrows(StreamException.class, () -> reader.iterator().hasNext());

      assertEquals(Reason.INTERRUPTED, ended.reason());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void fastProducerAndSlowReaderLoseNothing() throws InterruptedException {
    transport.events(1, 5_000).declaresEnd();
    try (EventReader<String> reader = stream.open()) {
      for (int id = 1; id <= 5_000; id++) {
        assertEquals(Integer.toString(id), reader.read().id());
      }
      assertNull(reader.read());
    }
  }

  // ---- Queues ----

  @Test
  void eventsAreDeliveredOnTheExecutorInOrder() throws InterruptedException {
    transport.events(1, 5_000).declaresEnd();

    StreamSubscription subscription =
        stream.withDeliveryOn(executor).subscribe(recorder.listener());
    subscription.awaitClosed();

    for (int id = 1; id <= 5_000; id++) {
      assertEquals(Integer.toString(id), recorder.takeEvent().id());
    }
    recorder.assertCompleted();
    recorder.assertExhausted();
    assertEquals("5000", subscription.cursor());
  }

  @Test
  void stateSaysWhenTheConsumerHoldsThingsUp() throws InterruptedException {
    EventRecorder<String> none = EventRecorder.requesting(0);
    AtomicReference<StreamSubscription> seen = new AtomicReference<>();
    stream
        .withObserver(
            new dev.perennial.StreamObserver() {
              @Override
              public void onOpened(StreamSubscription subscription, java.time.Duration took) {
                seen.set(subscription);
              }
            })
        .subscribe(none.subscriber());

    long deadline = System.nanoTime() + ofSeconds(10).toNanos();
    while (!(seen.get() != null
        && seen.get().state() instanceof StreamState.Open open
        && open.isPaused())) {
      assertTrue(System.nanoTime() < deadline, "never paused");
      Thread.onSpinWait();
    }
    none.close();
    seen.get().awaitClosed();
  }
}
