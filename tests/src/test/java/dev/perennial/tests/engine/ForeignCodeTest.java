package dev.perennial.tests.engine;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamObserver;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.io.IOException;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * No foreign code is called with one of the engine's locks held: no callback, store, monitor,
 * observer, executor or connection. Two locks in opposite order are then impossible, whatever locks
 * the foreign code has. The JVM says which locks a thread holds.
 */
@Timeout(60)
@Tag("slow")
class ForeignCodeTest {
  /** Asking the JVM is slow: it looks through the whole heap. So not every call asks. */
  private static final int CALLS_EXAMINED = 8;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Set<String> violations = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final InMemoryTransport transport = new InMemoryTransport();
  private final Monitor monitor = new Monitor();
  private final CountDownLatch enough = new CountDownLatch(20);
  private final AtomicReference<@Nullable StreamSubscription> subscription =
      new AtomicReference<>();

  private volatile boolean isManual;

  private enum Consuming {
    LISTENER,
    LISTENER_ON_EXECUTOR,
    LISTENER_THAT_DROPS,
    SUBSCRIBER,
    SIGNALS,
    READER
  }

  @BeforeEach
  void emptyTheHeap() {
    System.gc(); // What other tests have left would be looked through again and again.
  }

  @AfterEach
  void end() throws InterruptedException {
    threads.shutdownNow();
    assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
  }

  /** Every call of foreign code begins with this. */
  private void enter(String what) {
    seen.add(what);
    if (calls.computeIfAbsent(what, first -> new AtomicInteger()).incrementAndGet()
        > CALLS_EXAMINED) {
      return;
    }
    long self = Thread.currentThread().getId();
    ThreadInfo info =
        ManagementFactory.getThreadMXBean().getThreadInfo(new long[] {self}, false, true)[0];
    for (LockInfo lock : info.getLockedSynchronizers()) {
      if (lock.getClassName().startsWith("java.util.concurrent.locks.ReentrantLock")) {
        violations.add(what);
      }
    }
  }

  @Test
  void lockThatIsHeldIsSeen() {
    java.util.concurrent.locks.ReentrantLock lock = new java.util.concurrent.locks.ReentrantLock();
    lock.lock();
    try {
      enter("the test");
    } finally {
      lock.unlock();
    }

    assertEquals(Set.of("the test"), violations);
  }

  @ParameterizedTest
  @EnumSource(Consuming.class)
  void noForeignCodeRunsWithALockHeld(Consuming consuming) throws Exception {
    Thread consumer = new Thread(() -> consume(consuming));
    consumer.start();
    feedAll();
    assertTrue(enough.await(60, TimeUnit.SECONDS), () -> "seen: " + new TreeSet<>(seen));
    disturb();
    close();
    consumer.join();

    assertEquals(Set.of(), violations);
    Set<String> expected =
        Set.of("load", "save", "isOnline", "listen", "open", "read", "close", "decode", "snapshot");
    assertTrue(seen.containsAll(expected), () -> "seen: " + new TreeSet<>(seen));
  }

  // ---- What happens ----

  private void feedAll() {
    int id = 0;
    for (int round = 0; round < 8; round++) {
      transport.event("e" + ++id).checkpoint("c" + id).event("e" + ++id).gap("dropped");
      transport.event("e" + ++id).cut(new IOException("cut")).event("e" + ++id).ends();
    }
  }

  private void disturb() throws InterruptedException {
    StreamSubscription running = subscription.get();
    if (running != null) {
      running.park();
      running.unpark();
      running.wake();
    }
    monitor.change(false);
    monitor.change(true);
    transport.event("last");
  }

  private void close() throws InterruptedException {
    StreamSubscription running = subscription.get();
    if (running != null) {
      running.close();
      assertTrue(running.awaitClosed(ofSeconds(10)));
    }
  }

  private void consume(Consuming consuming) {
    isManual = consuming != Consuming.LISTENER_THAT_DROPS;
    EventStream<String> dropping = stream();
    EventStream<String> stream = dropping.withManualAcknowledgement(100);
    switch (consuming) {
      case LISTENER -> subscription.set(stream.subscribe(new Listener()));
      case LISTENER_ON_EXECUTOR ->
          subscription.set(stream.withDeliveryOn(executor("delivery")).subscribe(new Listener()));
      case LISTENER_THAT_DROPS ->
          subscription.set(
              dropping
                  .withDeliveryOn(executor("delivery"))
                  .withOverflow(Overflow.dropOldest(4))
                  .subscribe(new Listener()));
      case SUBSCRIBER -> stream.subscribe(new Demanding<>(this::handle));
      case SIGNALS -> stream.signals().subscribe(new Demanding<>(this::handle));
      case READER -> read(stream);
    }
  }

  private void read(EventStream<String> stream) {
    try (EventReader<String> reader = stream.open()) {
      for (int i = 0; i < 24; i++) {
        Event<String> event = reader.read();
        if (event == null) {
          return;
        }
        handle(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(Object signal) {
    enter("consumer");
    if (signal instanceof Event<?> event) {
      if (isManual) {
        event.acknowledge();
      }
      enough.countDown();
    }
  }

  // ---- The foreign code ----

  private EventStream<String> stream() {
    StreamRuntime runtime =
        StreamRuntime.builder()
            .executor(executor("engine"))
            .helpers(executor("helper"))
            .networkMonitor(monitor)
            .observer(observer())
            .random(new Random(20_261_127))
            .build();
    return EventStream.of(new Watched(), decoder())
        .withRuntime(runtime)
        .withObserver(observer())
        .withCursorStore(new Store(), ofMillis(1))
        .withGapPolicy(GapPolicy.snapshotThenLive(this::snapshot))
        .withRetry(
            RetryPolicy.fixed(ofMillis(1)).withFloor(ofMillis(1)).onFailure(this::isFatal, FAIL));
  }

  private static final RetryPolicy.Action FAIL = RetryPolicy.Action.FAIL;

  private boolean isFatal(StreamException failure) {
    enter("retry rule");
    return failure.reason() == StreamException.Reason.INTERNAL;
  }

  private @Nullable String snapshot(Gap gap) {
    enter("snapshot");
    return null;
  }

  private Decoder<String> decoder() {
    return (Payload payload) -> {
      enter("decode");
      return payload.text();
    };
  }

  private Executor executor(String name) {
    return task -> {
      enter(name + " executor");
      threads.execute(task);
    };
  }

  private StreamObserver observer() {
    return (StreamObserver)
        Proxy.newProxyInstance(
            StreamObserver.class.getClassLoader(),
            new Class<?>[] {StreamObserver.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return invoke(method, this, arguments);
              }
              enter("observer." + method.getName());
              return null;
            });
  }

  private static @Nullable Object invoke(
      java.lang.reflect.Method method, Object target, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.getName().equals("equals")
          ? target == arguments
          : method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private final class Listener implements StreamListener<String> {
    @Override
    public void onSubscribed(StreamSubscription subscribed) {
      enter("onSubscribed");
    }

    @Override
    public void onEvent(Event<String> event) {
      handle(event);
    }

    @Override
    public void onGap(Gap gap) {
      enter("onGap");
    }

    @Override
    public void onState(StreamState state) {
      enter("onState");
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      enter("onClosed");
    }
  }

  private final class Demanding<S> implements Subscriber<S> {
    private final Consumer<Object> handler;
    private @Nullable Subscription upstream;
    private int taken;

    Demanding(Consumer<Object> handler) {
      this.handler = handler;
    }

    @Override
    public void onSubscribe(Subscription subscribed) {
      enter("onSubscribe");
      upstream = subscribed;
      subscribed.request(1);
    }

    @Override
    public void onNext(S signal) {
      handler.accept(signal);
      taken++;
      if (enough.getCount() == 0) {
        upstream.cancel();
      } else {
        upstream.request(1);
      }
    }

    @Override
    public void onError(Throwable failure) {
      enter("onError");
    }

    @Override
    public void onComplete() {
      enter("onComplete");
    }
  }

  private final class Store implements CursorStore {
    private volatile @Nullable String cursor;

    @Override
    public @Nullable String load() {
      enter("load");
      return cursor;
    }

    @Override
    public void save(String next) {
      enter("save");
      cursor = next;
    }
  }

  private final class Monitor implements NetworkMonitor {
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean isOnline = true;

    @Override
    public boolean isOnline() {
      enter("isOnline");
      return isOnline;
    }

    @Override
    public Listening listen(Runnable onChange) {
      enter("listen");
      listeners.add(onChange);
      return () -> {
        enter("listener closed");
        listeners.remove(onChange);
      };
    }

    void change(boolean online) {
      isOnline = online;
      listeners.forEach(Runnable::run);
    }
  }

  private final class Watched implements Transport {
    @Override
    public StreamConnection newConnection(Attempt attempt) {
      enter("newConnection");
      return new ForwardingConnection(transport.newConnection(attempt)) {
        @Override
        public void open() throws IOException {
          enter("open");
          super.open();
        }

        @Override
        public @Nullable Frame read(Deadlines limits) throws IOException {
          enter("read");
          return super.read(limits);
        }

        @Override
        public void close() {
          enter("close");
          super.close();
        }
      };
    }

    @Override
    public String host() {
      enter("host");
      return "in-memory";
    }
  }
}
