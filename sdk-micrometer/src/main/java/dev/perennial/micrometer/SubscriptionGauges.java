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
 * The gauges of live subscriptions. All observers that count into the same meters share one object:
 * a registry keeps the first gauge of a name and its tags, and would ignore a second one.
 * Thread-safe.
 */
final class SubscriptionGauges {
  private static final String SUBSCRIPTIONS = "perennial.subscriptions";

  private static final ReentrantLock LOCK = new ReentrantLock();

  /**
   * Keeps what the gauges read for as long as the registry exists, since gauges hold it weakly.
   * Nothing in it holds a registry longer than a subscription lives.
   */
  @GuardedBy("LOCK")
  private static final Map<MeterRegistry, Map<Tags, SubscriptionGauges>> ALL = new WeakHashMap<>();

  private final Set<ObservedSubscription> subscriptions = ConcurrentHashMap.newKeySet();

  private SubscriptionGauges() {}

  /** Returns the gauges with these tags, and registers them if the registry has none. */
  static SubscriptionGauges in(MeterRegistry registry, Tags tags) {
    SubscriptionGauges fresh = new SubscriptionGauges();
    SubscriptionGauges gauges = known(registry, tags, fresh);
    boolean isCleared = registry.find(SUBSCRIPTIONS).tags(tags).gauge() == null;
    if (gauges == fresh || isCleared) {
      gauges.register(registry, tags);
    }
    return gauges;
  }

  private static SubscriptionGauges known(
      MeterRegistry registry, Tags tags, SubscriptionGauges fresh) {
    LOCK.lock();
    try {
      Map<Tags, SubscriptionGauges> inRegistry =
          ALL.computeIfAbsent(registry, any -> new HashMap<>());
      SubscriptionGauges before = inRegistry.putIfAbsent(tags, fresh);
      return before == null ? fresh : before;
    } finally {
      LOCK.unlock();
    }
  }

  private void register(MeterRegistry registry, Tags tags) {
    Gauge.builder(SUBSCRIPTIONS, this, gauges -> gauges.subscriptions.size())
        .tags(tags)
        .baseUnit("subscriptions")
        .description("Subscriptions from their first attempt to their end")
        .register(registry);
    Gauge.builder("perennial.connections", this, SubscriptionGauges::connections)
        .tags(tags)
        .baseUnit("connections")
        .description("Connections that are open")
        .register(registry);
    Gauge.builder("perennial.buffered", this, SubscriptionGauges::buffered)
        .tags(tags)
        .baseUnit("events")
        .description("Events in the buffers of live subscriptions")
        .register(registry);
    TimeGauge.builder(
            "perennial.last.byte.age",
            this,
            TimeUnit.NANOSECONDS,
            SubscriptionGauges::lastByteAgeNanos)
        .tags(tags)
        .description("Longest time since the last byte of an open connection")
        .register(registry);
  }

  void add(ObservedSubscription observed) {
    subscriptions.add(observed);
  }

  void remove(ObservedSubscription observed) {
    subscriptions.remove(observed);
  }

  private double connections() {
    return subscriptions.stream().filter(observed -> observed.isOpen).count();
  }

  private double buffered() {
    return subscriptions.stream().mapToLong(observed -> observed.subscription.buffered()).sum();
  }

  /** Returns NaN if no connection is open. */
  private double lastByteAgeNanos() {
    double longest = Double.NaN;
    for (ObservedSubscription observed : subscriptions) {
      Duration age = observed.subscription.lastByteAge();
      if (age != null) {
        double nanos = age.toNanos();
        longest = Double.isNaN(longest) ? nanos : Math.max(longest, nanos);
      }
    }
    return longest;
  }
}
