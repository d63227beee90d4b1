package dev.perennial.tests.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Overflow;
import dev.perennial.Signal;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.tests.Eventually;
import java.io.IOException;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A thread that requests does not do the work (Reactive Streams 3.4), and callbacks stay serial.
 */
@Timeout(60)
class RequestThreadTest {
  private final Counting<Signal<String>> consumer = new Counting<>();
  private final ExecutorService one = Executors.newSingleThreadExecutor();
  private final AtomicInteger read = new AtomicInteger();
  private volatile boolean isOpen;

  /** Counts what it gets, and on which threads, and never asks itself. */
  private static final class Counting<S> implements Subscriber<S> {
    final CountDownLatch subscribed = new CountDownLatch(1);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger overlaps = new AtomicInteger();
    final AtomicInteger got = new AtomicInteger();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    volatile Subscription subscription;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      subscribed.countDown();
    }

    @Override
    public void onNext(S signal) {
      if (running.incrementAndGet() != 1) {
        overlaps.incrementAndGet();
      }
      threads.add(Thread.currentThread());
      got.incrementAndGet();
      running.decrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}

    void await(int count) {
      Eventually.holds(count + " signals have come", () -> got.get() >= count);
    }
  }

  @AfterEach
  void end() {
    consumer.subscription.cancel();
    one.shutdownNow();
  }

  private EventStream<String> endless() {
    return EventStream.of(attempt -> new EndlessConnection(), Decoder.text());
  }

  private void awaitOpen() {
    Eventually.holds("the connection is open", () -> isOpen);
  }

  /** Brings events as fast as it is asked. */
  private final class EndlessConnection implements StreamConnection {
    private volatile boolean isClosed;

    @Override
    public void open() {
      isOpen = true;
    }

    @Override
    public Frame read(Deadlines limits) throws IOException {
      if (isClosed) {
        throw new SocketException("closed");
      }
      read.incrementAndGet();
      return Frame.event(null, "message", new byte[1]);
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    public long lastByteNanos() {
      return System.nanoTime();
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256})
  void requestReturnsAlthoughEventsNeverEnd(int size) {
    EventStream<String> stream = endless();
    (size == 0 ? stream : stream.withOverflow(Overflow.dropOldest(size)))
        .signals()
        .subscribe(consumer);
    awaitOpen();
    Eventually.holds("a full queue waits for the request", () -> read.get() >= size);

    consumer.subscription.request(Long.MAX_VALUE);

    consumer.await(10_000);
    assertFalse(consumer.threads.contains(Thread.currentThread()), consumer.threads::toString);
    assertEquals(0, consumer.overlaps.get());
  }

  @Test
  void requestsFromManyThreadsKeepCallbacksSerialAndDemandHonored() throws Exception {
    endless().withOverflow(Overflow.block(16)).signals().subscribe(consumer);
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                for (int k = 0; k < 5_000; k++) {
                  consumer.subscription.request(1);
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    consumer.await(20_000);
    assertEquals(20_000, consumer.got.get());
    assertEquals(0, consumer.overlaps.get());
    for (Thread thread : threads) {
      assertFalse(consumer.threads.contains(thread));
    }
  }

  @Test
  void runtimeWithoutAFreeThreadStillDelivers() {
    StreamRuntime single = StreamRuntime.builder().executor(one).build();
    endless().withRuntime(single).signals().subscribe(consumer);
    awaitOpen();

    for (int i = 0; i < 100; i++) {
      consumer.subscription.request(1);
      consumer.await(i + 1);
    }

    assertEquals(1, consumer.threads.size(), "the engine's");
    assertEquals(0, consumer.overlaps.get());
  }

  @Test
  void runtimeThatRefusesASecondTaskStillDelivers() {
    ThreadPoolExecutor full =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
    try {
      StreamRuntime refusing = StreamRuntime.builder().executor(full).build();
      endless().withRuntime(refusing).signals().subscribe(consumer);
      awaitOpen();

      consumer.subscription.request(100);

      consumer.await(100);
      assertTrue(full.getActiveCount() == 1, "it goes on");
    } catch (RejectedExecutionException e) {
      throw new AssertionError(e);
    } finally {
      consumer.subscription.cancel();
      full.shutdownNow();
    }
  }
}
