package dev.perennial.internal.control;

import dev.perennial.CursorStore;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import dev.perennial.internal.delivery.DeliveryHost;
import dev.perennial.internal.delivery.Redelivery;
import dev.perennial.internal.log.SubscriptionLog;
import dev.perennial.internal.resume.AcknowledgedCursor;
import dev.perennial.internal.resume.CursorWriter;
import dev.perennial.internal.retry.ConsumerFailures;
import dev.perennial.internal.retry.Jitter;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.Transport;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one subscription share: its settings, the clock, the signals between threads,
 * its status, and the acknowledged cursor. Made before any of these parts.
 */
public final class SubscriptionContext<T> {
  private final SubscriptionSettings<T> settings;
  private final EngineSignals signals;
  private final SubscriptionStatus status = new SubscriptionStatus();
  private final @Nullable CursorWriter writer; // Null without a store.
  private final AcknowledgedCursor acknowledged;
  private final @Nullable NetworkWatch network; // Null when nothing knows about the network.
  private final SubscriptionLog log;
  private final @Nullable Redelivery redelivery; // Null when what the consumer throws ends all.
  private final SubscribedHere site;

  public SubscriptionContext(SubscriptionSettings<T> settings) {
    this.settings = settings;
    this.signals = new EngineSignals(settings.services().timekeeper());
    NetworkMonitor monitor = settings.services().network();
    this.network = monitor == null ? null : new NetworkWatch(monitor, signals, status);
    Transport transport = settings.transport();
    this.log =
        new SubscriptionLog(
            settings.services().log(), transport::endpoint, settings.services().timekeeper());
    this.redelivery = newRedelivery(settings);
    this.site = new SubscribedHere(transport.endpoint());
    AtomicReference<@Nullable String> cursor =
        new AtomicReference<>(settings.resume().startAfter());
    this.writer = newWriter(cursor);
    this.acknowledged =
        new AcknowledgedCursor(
            cursor, settings.resume().maxUnacknowledged(), writer, signals::changed);
  }

  private static @Nullable Redelivery newRedelivery(SubscriptionSettings<?> settings) {
    ConsumerFailures.Rule rule = settings.consumerRule();
    if (rule == null) {
      return null;
    }
    Timekeeper time = settings.services().timekeeper();
    Jitter jitter = new Jitter(settings.services().random());
    return new Redelivery(
        new ConsumerFailures(rule, settings.retry().get(), jitter, time),
        settings.services().engineThreads(),
        time);
  }

  private @Nullable CursorWriter newWriter(AtomicReference<@Nullable String> cursor) {
    CursorStore store = settings.resume().store();
    return store == null
        ? null
        : new CursorWriter(
            store,
            Nanos.of(settings.resume().saveEvery()),
            settings.services().timekeeper(),
            settings.services().helpers(),
            cursor::get,
            SubscriptionHost.ofStore(signals));
  }

  public SubscriptionSettings<T> settings() {
    return settings;
  }

  public Timekeeper time() {
    return settings.services().timekeeper();
  }

  /** The endpoint as messages show it. */
  public String endpoint() {
    return settings.transport().endpoint();
  }

  public EngineSignals signals() {
    return signals;
  }

  public SubscriptionLog log() {
    return log;
  }

  /** Adds where the subscription was made to the failure that ends it. */
  public void locate(StreamException failure) {
    site.addTo(failure);
  }

  /** The consumer threw when its subscription had ended. Any thread. */
  private void failedLate(StreamException failure) {
    locate(failure);
    status.state(new StreamState.Closed(failure));
    log.consumerFailed(failure);
  }

  public SubscriptionStatus status() {
    return status;
  }

  /** Null when nothing knows about the network. */
  public @Nullable NetworkWatch network() {
    return network;
  }

  /** What follows when a listener throws at an event; null when that ends the subscription. */
  public @Nullable Redelivery redelivery() {
    return redelivery;
  }

  /** What a delivery with threads of its own may ask of the subscription. */
  public DeliveryHost deliveryHost() {
    return SubscriptionHost.ofDelivery(settings.transport(), signals, this::failedLate);
  }

  public AcknowledgedCursor acknowledged() {
    return acknowledged;
  }

  public @Nullable CursorWriter writer() {
    return writer;
  }
}
