package dev.perennial.tests.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.DedupeWindow;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Overflow;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A consumer throws at the very time at which the stream completes: it never sees a completion. */
@Timeout(60)
class ThrowingConsumerStressTest {
  private static final int ROUNDS = 2_000;

  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final StreamRuntime runtime = StreamRuntime.builder().executor(pool).build();
  private final Random random = new Random(20);

  @AfterEach
  void end() {
    pool.shutdownNow();
  }

  private EventStream<String> stream(int events, boolean isOnExecutor) {
    EventStream<String> stream =
        EventStream.<String>of(
                new InMemoryTransport().events(1, events).declaresEnd(), payload -> "")
            .withRuntime(runtime)
            .withDedupe(DedupeWindow.none());
    return isOnExecutor ? stream.withDeliveryOn(pool) : stream.withOverflow(Overflow.block(8));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void subscriberThatThrewGetsNoSignalAfterIt(boolean isOnExecutor) throws Exception {
    AtomicInteger late = new AtomicInteger();
    for (int round = 0; round < ROUNDS; round++) {
      int events = 1 + random.nextInt(20);
      CountDownLatch thrown = new CountDownLatch(1);
      AtomicReference<Subscription> subscription = new AtomicReference<>();
      AtomicInteger seen = new AtomicInteger();
      Subscriber<Event<String>> subscriber =
          new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription given) {
              subscription.set(given);
            }

            @Override
            public void onNext(Event<String> event) {
              if (thrown.getCount() == 0) {
                late.incrementAndGet();
              }
              if (seen.incrementAndGet() == events) {
                thrown.countDown();
                throw new IllegalStateException("defect");
              }
            }

            @Override
            public void onError(Throwable failure) {
              late.incrementAndGet();
            }

            @Override
            public void onComplete() {
              late.incrementAndGet();
            }
          };
      stream(events, isOnExecutor).subscribe(subscriber);
      subscription.get().request(1);
      subscription.get().request(Long.MAX_VALUE);
      assertTrue(thrown.await(20, TimeUnit.SECONDS));
    }

    pool.shutdown();
    assertTrue(pool.awaitTermination(20, TimeUnit.SECONDS));
    assertEquals(0, late.get());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listenerThatThrewGetsTheFailureOnce(boolean isOnExecutor) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      int events = 1 + random.nextInt(20);
      AtomicInteger seen = new AtomicInteger();
      AtomicInteger ends = new AtomicInteger();
      AtomicReference<@Nullable StreamException> end = new AtomicReference<>();
      StreamSubscription subscription =
          stream(events, isOnExecutor)
              .subscribe(
                  new StreamListener<String>() {
                    @Override
                    public void onEvent(Event<String> event) {
                      if (seen.incrementAndGet() == events) {
                        throw new IllegalStateException("defect");
                      }
                    }

                    @Override
                    public void onClosed(@Nullable StreamException failure) {
                      ends.incrementAndGet();
                      end.set(failure);
                    }
                  });
      assertThrows(StreamException.class, () -> subscription.awaitClosed(Duration.ofSeconds(20)));
      assertEquals(1, ends.get());
      assertNotNull(end.get());
    }
  }

  @Test
  void awaitClosedWithinOnSubscribedIsRefusedAlsoWhenAnotherThreadCloses() throws Exception {
    AtomicBoolean isRefused = new AtomicBoolean();
    StreamSubscription subscription =
        stream(1, false)
            .subscribe(
                new StreamListener<String>() {
                  @Override
                  public void onSubscribed(StreamSubscription given) {
                    CompletableFuture.runAsync(given::close, pool).join();
                    assertThrows(IllegalStateException.class, given::awaitClosed);
                    isRefused.set(true);
                  }

                  @Override
                  public void onEvent(Event<String> event) {}
                });

    assertTrue(isRefused.get());
    assertTrue(subscription.awaitClosed(Duration.ofSeconds(20)));
  }
}
