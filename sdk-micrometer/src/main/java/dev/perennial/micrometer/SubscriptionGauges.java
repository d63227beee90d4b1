package dev.perennial.micrometer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The live subscriptions as the gauges show them. All observers that count into the same meters
 * share one object: a registry keeps the first gauge of a name and its tags, and would ignore a
 * second one. Thread-safe.
 */
final class Alive {
  private static final String SUBSCRIPTIONS = "perennial.subscriptions";

  private static final ReentrantLock LOCK = new ReentrantLock();

  /**
   * Keeps what the gauges read for as long as the registry exists, since gauges hold it weakly.
   * Nothing in it holds a registry longer than a subscription lives.
   */
  @GuardedBy("LOCK")
  private static final Map<MeterRegistry, Map<Tags, Alive>> ALL = new WeakHashMap<>();

  private final Set<Watched> subscriptions = ConcurrentHashMap.newKeySet();

  private Alive() {}

  /** Returns the subscriptions that are counted with these tags; none at first. */
  static Alive in(MeterRegistry registry, Tags tags) {
    Alive fresh = new Alive();
    Alive alive = known(registry, tags, fresh);
    boolean isCleared = registry.find(SUBSCRIPTIONS).tags(tags).gauge() == null;
    if (alive == fresh || isCleared) {
      alive.register(registry, tags);
    }
    return alive;
  }

  private static Alive known(MeterRegistry registry, Tags tags, Alive fresh) {
    LOCK.lock();
    try {
      Map<Tags, Alive> inRegistry = ALL.computeIfAbsent(registry, any -> new HashMap<>());
      Alive before = inRegistry.putIfAbsent(tags, fresh);
      return before == null ? fresh : before;
    } finally {
      LOCK.unlock();
    }
  }

  private void register(MeterRegistry registry, Tags tags) {
    Gauge.builder(SUBSCRIPTIONS, this, alive -> alive.subscriptions.size())
        .tags(tags)
        .baseUnit("subscriptions")
        .description("Subscriptions from their first attempt to their end")
        .register(registry);
    Gauge.builder("perennial.connections", this, Alive::connections)
        .tags(tags)
        .baseUnit("connections")
        .description("Connections that are open")
        .register(registry);
    Gauge.builder("perennial.buffered", this, Alive::buffered)
        .tags(tags)
        .baseUnit("events")
        .description("Events in the buffers of live subscriptions")
        .register(registry);
    TimeGauge.builder(
            "perennial.last.byte.age", this, TimeUnit.NANOSECONDS, Alive::lastByteAgeNanos)
        .tags(tags)
        .description("Longest time since the last byte of an open connection")
        .register(registry);
  }

  void add(Watched watched) {
    subscriptions.add(watched);
  }

  void remove(Watched watched) {
    subscriptions.remove(watched);
  }

  private double connections() {
    return subscriptions.stream().filter(watched -> watched.isOpen).count();
  }

  private double buffered() {
    return subscriptions.stream().mapToLong(watched -> watched.subscription.buffered()).sum();
  }

  /** Returns NaN if no connection is open. */
  private double lastByteAgeNanos() {
    double longest = Double.NaN;
    for (Watched watched : subscriptions) {
      Duration age = watched.subscription.lastByteAge();
      if (age != null) {
        double nanos = age.toNanos();
        longest = Double.isNaN(longest) ? nanos : Math.max(longest, nanos);
      }
    }
    return longest;
  }
}
