package dev.perennial.micrometer;

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
 * The subscriptions that are alive now, as the gauges show them. All observers that count into the
 * same meters share one: a registry keeps the first gauge of a name and its tags, and would not
 * show what a second one has. Safe for any thread.
 */
final class Alive {
  private static final String SUBSCRIPTIONS = "perennial.subscriptions";

  private static final ReentrantLock LOCK = new ReentrantLock();

  /**
   * Guarded by {@link #LOCK}. It holds what the gauges look at for as long as there is the
   * registry, since they do not; and nothing in it holds a registry for longer than a subscription
   * lives.
   */
  private static final Map<MeterRegistry, Map<Tags, Alive>> ALL = new WeakHashMap<>();

  private final Set<Watched> subscriptions = ConcurrentHashMap.newKeySet();

  private Alive() {}

  /** Those that are counted with these tags; none at first. */
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

  /** Not a number when no connection is open. */
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
