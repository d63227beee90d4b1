package dev.perennial.examples;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts what subscriptions do, with Micrometer. One instance serves any number of them. */
// region metrics
final class StreamMetrics implements StreamObserver {
  private final MeterRegistry registry;
  private final Set<StreamSubscription> live = ConcurrentHashMap.newKeySet();

  StreamMetrics(MeterRegistry registry) {
    this.registry = registry;
    registry.gauge("perennial.subscriptions", live, Set::size);
    registry.gauge(
        "perennial.buffered",
        live,
        all -> all.stream().mapToInt(StreamSubscription::buffered).sum());
  }

  @Override
  public void onConnecting(StreamSubscription subscription, int attempt) {
    live.add(subscription);
  }

  @Override
  public void onEvent(StreamSubscription subscription, Event<?> event) {
    registry.counter("perennial.events", "type", event.type()).increment();
  }

  @Override
  public void onGap(StreamSubscription subscription, Gap gap) {
    registry.counter("perennial.gaps", "reason", gap.reason().name()).increment();
  }

  @Override
  public void onDisconnected(
      StreamSubscription subscription,
      StreamException.Reason reason,
      @Nullable StreamException cause) {
    registry.counter("perennial.disconnects", "reason", reason.name()).increment();
  }

  @Override
  public void onRetryScheduled(StreamSubscription subscription, int attempt, Duration delay) {
    registry.timer("perennial.retry.delay").record(delay);
  }

  @Override
  public void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {
    live.remove(subscription);
  }
}
// endregion
