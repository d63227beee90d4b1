package dev.perennial.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventConnectionCallback;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against a server that others wrote: Undertow's own handler of server-sent events. */
class UndertowInteropTest {
  private static final int EVENTS = 3_000;
  private static final int CUTS = 15;
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Numbers numbers = new Numbers();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private Undertow undertow;
  private int port;

  @BeforeEach
  void start() {
    undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(2)
            .setHandler(Handlers.serverSentEvents(numbers))
            .build();
    undertow.start();
    port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @AfterEach
  void stop() {
    undertow.stop();
    numbers.stop();
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void eventsThatAreCutOnTheWayArriveOnceAndInOrder(Cut how) throws Exception {
    try (ChaosProxy proxy = ChaosProxy.inFrontOf(port);
        StreamSubscription subscription = subscribe(proxy.uri("/ticks"))) {
      publishWithInterruptions(() -> proxy.cutAll(how));

      assertReceivedAll(subscription);
      assertResumedWhereItWas();
    }
  }

  @Test
  void streamReconnectsToAServerThatEndsItsConnections() throws Exception {
    try (StreamSubscription subscription =
        subscribe(URI.create("http://127.0.0.1:" + port + "/ticks"))) {
      publishWithInterruptions(numbers::shutDownConnections);

      assertReceivedAll(subscription);
      assertResumedWhereItWas();
    }
  }

  private StreamSubscription subscribe(URI uri) {
    EventStream<String> stream =
        Sse.builder(uri.toString()).stream()
            .withRetry(
                RetryPolicy.exponential(Duration.ofMillis(10), Duration.ofMillis(200))
                    .withFloor(Duration.ofMillis(10)));
    return stream.subscribe(
        event -> received.add(event.id() + " " + event.type() + " " + event.data()));
  }

  private void publishWithInterruptions(Runnable interruption) throws InterruptedException {
    for (int i = 0; i < CUTS; i++) {
      numbers.publish(EVENTS / CUTS);
      long before = (long) i * EVENTS / CUTS;
      await(() -> received.size() > before);
      int connections = numbers.lastEventIds().size();
      interruption.run();
      await(() -> numbers.lastEventIds().size() > connections);
    }
  }

  private void assertReceivedAll(StreamSubscription subscription) throws InterruptedException {
    await(() -> received.size() >= EVENTS);

    assertEquals(
        LongStream.rangeClosed(1, EVENTS).mapToObj(n -> n + " number data of\n" + n).toList(),
        List.copyOf(received));
    assertEquals(Integer.toString(EVENTS), subscription.cursor());
  }

  /** Each request but the first asked for what comes after an event, and none went back. */
  private void assertResumedWhereItWas() {
    List<String> asked = numbers.lastEventIds();
    assertTrue(asked.size() > CUTS, asked::toString);
    long last = -1;
    for (String id : asked) {
      long after = id.equals("none") ? 0 : Long.parseLong(id);
      assertTrue(after >= last, asked::toString);
      last = after;
    }
  }

  private interface Condition {
    boolean isTrue();
  }

  private void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.isTrue()) {
      assertTrue(
          System.nanoTime() - deadline < 0,
          () ->
              "received "
                  + received.size()
                  + " of "
                  + EVENTS
                  + ", asked after "
                  + numbers.lastEventIds());
      Thread.sleep(2);
    }
  }

  /**
   * A stream of numbers that can be resumed after any of them. One thread sends: Undertow holds a
   * connection's monitor while it calls back.
   */
  private static final class Numbers implements ServerSentEventConnectionCallback {
    private final ExecutorService sender = Executors.newSingleThreadExecutor();
    private final Set<ServerSentEventConnection> live = ConcurrentHashMap.newKeySet();
    private final List<String> lastEventIds = new CopyOnWriteArrayList<>();
    private final AtomicLong published = new AtomicLong();

    @Override
    public void connected(ServerSentEventConnection connection, @Nullable String lastEventId) {
      lastEventIds.add(lastEventId == null ? "none" : lastEventId);
      long after = lastEventId == null ? 0 : Long.parseLong(lastEventId);
      connection.addCloseTask(live::remove);
      sender.execute(
          () -> {
            for (long number = after + 1; number <= published.get(); number++) {
              send(connection, number);
            }
            live.add(connection);
          });
    }

    void publish(int count) {
      sender.execute(
          () -> {
            for (int i = 0; i < count; i++) {
              long number = published.incrementAndGet();
              live.forEach(connection -> send(connection, number));
            }
          });
    }

    private static void send(ServerSentEventConnection connection, long number) {
      connection.send("data of\n" + number, "number", Long.toString(number), null);
    }

    /** After what is being sent: a connection counts as live only when it has caught up. */
    void shutDownConnections() {
      sender.execute(() -> live.forEach(ServerSentEventConnection::shutdown));
    }

    List<String> lastEventIds() {
      return List.copyOf(lastEventIds);
    }

    void stop() {
      sender.shutdownNow();
    }
  }
}
