package dev.perennial.tests.micrometer;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.perennial.Event;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.micrometer.StreamMetrics;
import dev.perennial.tests.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Metrics cost little, whatever happens and for however long: meters, memory, and each event. */
class BoundedMetricsTest {
  private static final int SUBSCRIPTIONS = 1_000;

  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void thousandSubscriptionsMakeNoFurtherMeter() {
    StreamMetrics metrics = StreamMetrics.of(registry, "ticks");
    int meters = registry.getMeters().size();

    for (int i = 0; i < SUBSCRIPTIONS; i++) {
      live(metrics, i);
    }

    assertEquals(meters, registry.getMeters().size());
    assertCounted(SUBSCRIPTIONS);
  }

  @Test
  void thousandObserversOfOneNameMakeNoFurtherMeter() {
    StreamMetrics.of(registry, "ticks");
    int meters = registry.getMeters().size();

    for (int i = 0; i < SUBSCRIPTIONS; i++) {
      live(StreamMetrics.of(registry, "ticks"), i);
    }

    assertEquals(meters, registry.getMeters().size());
    assertCounted(SUBSCRIPTIONS);
  }

  @Test
  void severalThreadsCountEachTheirOwn() throws Exception {
    StreamMetrics metrics = StreamMetrics.of(registry, "ticks");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> done = new ArrayList<>();
    Callable<Integer> gauges =
        () -> {
          int most = 0;
          for (int i = 0; i < 1_000; i++) {
            most = Math.max(most, (int) registry.get("perennial.subscriptions").gauge().value());
            registry.getMeters().forEach(meter -> meter.measure().forEach(one -> one.getValue()));
          }
          return most;
        };

    for (int thread = 0; thread < 4; thread++) {
      int from = thread * SUBSCRIPTIONS / 4;
      done.add(
          threads.submit(
              () -> {
                for (int i = from; i < from + SUBSCRIPTIONS / 4; i++) {
                  live(metrics, i);
                }
              }));
    }
    int most = gauges.call();
    threads.shutdown();
    for (Future<?> each : done) {
      each.get(30, TimeUnit.SECONDS);
    }

    assertTrue(most <= 4, () -> "there were never more than 4 at once, but the gauge said " + most);
    assertCounted(SUBSCRIPTIONS);
  }

  @Test
  void nothingIsKeptOfASubscriptionThatHasEnded() {
    StreamMetrics metrics = StreamMetrics.of(registry, "ticks");
    List<WeakReference<StreamSubscription>> ended = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ended.add(new WeakReference<>(live(metrics, i)));
    }

    Eventually.holds(
        "no subscription was held",
        () -> {
          System.gc();
          return ended.stream().allMatch(one -> one.get() == null);
        });
    assertEquals(20, registry.get("perennial.connect").timer().count() / 2);
  }

  @Test
  void aRegistryIsNotKeptFromTheHeap() {
    WeakReference<MeterRegistry> forgotten = forgotten();

    Eventually.holds(
        "the registry was not held",
        () -> {
          System.gc();
          return forgotten.get() == null;
        });
  }

  private static WeakReference<MeterRegistry> forgotten() {
    MeterRegistry registry = new SimpleMeterRegistry();
    live(StreamMetrics.of(registry, "ticks"), 1);
    return new WeakReference<>(registry);
  }

  @Test
  void anEventAllocatesNothing() {
    Metered metered = new Metered();
    Instant happened = Metered.START;
    StreamMetrics metrics =
        StreamMetrics.builder(metered.registry, "ticks").eventTime(event -> happened).build();
    List<Long> allocated = new ArrayList<>();
    metered.time.at(
        ofSeconds(1),
        () -> {
          StreamSubscription live = metered.recorder.subscription();
          Event<String> event = Event.of("1", "message", "data");
          observe(metrics, live, event); // Warm.
          long before = allocatedBytes();
          observe(metrics, live, event);
          allocated.add(allocatedBytes() - before);
          metered.recorder.close();
        });

    metered.listen(metered.stream(metrics, opens()));

    assertEquals(20_000, metered.count("perennial.events"));
    assertTrue(allocated.get(0) < 10_000, () -> allocated.get(0) + " bytes for 10,000 events");
  }

  private static void observe(StreamMetrics metrics, StreamSubscription live, Event<String> event) {
    for (int i = 0; i < 10_000; i++) {
      metrics.onBytes(live, 100);
      metrics.onEvent(live, event);
      metrics.onHeartbeat(live, "");
    }
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** A subscription's life, with one of three reasons to reconnect. */
  private static StreamSubscription live(StreamMetrics metrics, int number) {
    Metered one = new Metered();
    var begun = opens().event("id-" + number, "type-" + number, "data-" + number);
    var reason =
        switch (number % 3) {
          case 0 -> begun.cut();
          case 1 -> begun.ends();
          default -> begun.silence(ofSeconds(70));
        };
    one.listen(
        one.stream(
                metrics,
                refuses(new ConnectException("refused " + number)),
                reason,
                opens().events(1, 1).declaresEnd())
            .withStaleAfter(ofSeconds(60)));
    return one.recorder.subscription();
  }

  private void assertCounted(int lives) {
    assertEquals(2 * lives, registry.get("perennial.events").counter().count());
    assertEquals(2 * lives, registry.get("perennial.connect").timer().count());
    assertEquals((lives + 2) / 3, count("perennial.reconnects", Reason.RESET));
    assertEquals((lives + 1) / 3, count("perennial.reconnects", Reason.ENDED));
    assertEquals(lives / 3, count("perennial.reconnects", Reason.STALE));
    assertEquals(lives, count("perennial.failed.attempts", Reason.CONNECT));
    assertEquals(0, registry.get("perennial.subscriptions").gauge().value());
    assertEquals(0, registry.get("perennial.connections").gauge().value());
  }

  private double count(String name, Reason reason) {
    return registry.get(name).tag("reason", reason.name()).counter().count();
  }
}
