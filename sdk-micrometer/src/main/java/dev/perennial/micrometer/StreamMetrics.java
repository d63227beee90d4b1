package dev.perennial.micrometer;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records metrics of subscriptions in a Micrometer registry, for one stream or for all streams of a
 * runtime:
 *
 * <pre>{@code
 * stream.withObserver(StreamMetrics.of(registry, "ticks"));
 * }</pre>
 *
 * <p>The meters are named {@code perennial.…} and have the tag {@code stream} with the name that
 * the caller passes. Those that count by reason also have the tag {@code reason}, with the name of
 * a {@link StreamException.Reason} or {@link Gap.Reason}. Tags never contain data from a server or
 * a URL. All meters are registered when this object is built, so counters start at 0 and the number
 * of meters does not grow. The guide lists them.
 *
 * <p>One object observes any number of subscriptions, and several objects with the same registry,
 * name and tags share their meters. Register such an observer on a stream or on its runtime, not on
 * both, or everything is counted twice. Nothing is kept of a subscription that has ended.
 *
 * <p>Times are measured with the registry's {@link Clock}, except for the time to connect and the
 * retry delay, which the engine measures. An event costs one or two increments and one lookup in a
 * map of the live subscriptions; it allocates nothing and takes no lock. Thread-safe.
 *
 * @since 0.1.0
 */
public final class StreamMetrics implements StreamObserver {
  private static final String STREAM = "stream";
  private static final String REASON = "reason";

  /** An observer gets each drop, but not the gap that is reported to the consumer for them. */
  private static final Set<Gap.Reason> GAPS = EnumSet.complementOf(EnumSet.of(Gap.Reason.OVERFLOW));

  private static final long CENTURY_SECONDS = TimeUnit.DAYS.toSeconds(36_525);

  private final MeterRegistry registry;
  private final Tags tags;
  private final Clock clock;

  /** Null if events carry no timestamp. */
  private final @Nullable Function<? super Event<?>, ? extends @Nullable Instant> eventTime;

  private final Counter events;
  private final Counter bytes;
  private final Counter heartbeats;
  private final Counter duplicates;
  private final Counter dropped;
  private final Counter malformed;
  private final Counter eventRetries;
  private final Counter eventsSkipped;
  private final Counter cursorFailures;
  private final CountersByReason<Gap.Reason> gaps;
  private final CountersByReason<StreamException.Reason> disconnects;
  private final CountersByReason<StreamException.Reason> reconnects;
  private final CountersByReason<StreamException.Reason> failedAttempts;
  private final CountersByReason<StreamException.Reason> failedSubscriptions;
  private final Timer connect;
  private final Timer firstEvent;
  private final Timer retryDelay;
  private final @Nullable Timer eventAge; // Null if events carry no timestamp.

  private final SubscriptionGauges gauges;

  /** The live subscriptions that this object observes. */
  private final Map<StreamSubscription, ObservedSubscription> observed = new ConcurrentHashMap<>();

  private StreamMetrics(Builder builder) {
    this.registry = builder.registry;
    this.tags = builder.tags;
    this.clock = registry.config().clock();
    this.eventTime = builder.eventTime;
    this.events = counter("perennial.events", "events", "Events delivered or buffered");
    this.bytes = counter("perennial.bytes", "bytes", "Bytes read");
    this.heartbeats =
        counter(
            "perennial.heartbeats",
            "heartbeats",
            "Bytes that keep the connection alive and carry no event");
    this.duplicates =
        counter("perennial.duplicates", "duplicates", "Replayed events that were suppressed");
    this.dropped = counter("perennial.dropped", "events", "Events that an overflow policy dropped");
    this.malformed =
        counter(
            "perennial.malformed", "events", "Events that could not be decoded and were skipped");
    this.eventRetries =
        counter(
            "perennial.event.retries",
            "retries",
            "Events that are delivered again because the consumer threw");
    this.eventsSkipped =
        counter(
            "perennial.skipped", "events", "Events that were skipped because the consumer threw");
    this.cursorFailures =
        counter("perennial.cursor.failures", "failures", "Cursors that a store could not save");
    this.gaps =
        new CountersByReason<>(
            GAPS,
            reason ->
                counter(
                    "perennial.gaps",
                    "gaps",
                    "Gaps, other than those an overflow policy made",
                    reason));
    this.disconnects =
        byReason("perennial.disconnects", "disconnects", "Open connections that ended, by reason");
    this.reconnects =
        byReason(
            "perennial.reconnects",
            "reconnects",
            "Connections that replaced another, by the reason that one ended");
    this.failedAttempts =
        byReason(
            "perennial.failed.attempts",
            "attempts",
            "Attempts that failed before a connection was open");
    this.failedSubscriptions =
        byReason(
            "perennial.failed.subscriptions",
            "subscriptions",
            "Subscriptions that ended with a failure");
    this.connect =
        timer("perennial.connect", "Time from the start of an attempt to its open connection");
    this.firstEvent =
        timer(
            "perennial.first.event",
            "Time from the start of an attempt to the first event of its connection");
    this.retryDelay = timer("perennial.retry.delay", "Delays before attempts, as scheduled");
    this.eventAge =
        eventTime == null
            ? null
            : timer("perennial.event.age", "Time since an event happened, by its timestamp");
    this.gauges = SubscriptionGauges.in(registry, tags);
  }

  /**
   * Creates metrics with no further tags, and without the age of events.
   *
   * @param registry where the meters are registered
   * @param stream the value of the tag {@code stream}: a low-cardinality name such as {@code
   *     "ticks"}, never a URL that contains ids, since each value adds about a hundred meters
   */
  public static StreamMetrics of(MeterRegistry registry, String stream) {
    return builder(registry, stream).build();
  }

  /**
   * Starts to build metrics with options.
   *
   * @param registry where the meters are registered
   * @param stream the value of the tag {@code stream}, as for {@link #of}
   */
  public static Builder builder(MeterRegistry registry, String stream) {
    return new Builder(registry, stream);
  }

  private Counter counter(String name, String unit, String description) {
    return Counter.builder(name)
        .tags(tags)
        .baseUnit(unit)
        .description(description)
        .register(registry);
  }

  private Counter counter(String name, String unit, String description, Enum<?> reason) {
    return Counter.builder(name)
        .tags(tags.and(REASON, reason.name()))
        .baseUnit(unit)
        .description(description)
        .register(registry);
  }

  private CountersByReason<StreamException.Reason> byReason(
      String name, String unit, String description) {
    return new CountersByReason<>(
        EnumSet.allOf(StreamException.Reason.class),
        reason -> counter(name, unit, description, reason));
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name).tags(tags).description(description).register(registry);
  }

  @Override
  public void onConnecting(StreamSubscription subscription, int attempt) {
    ObservedSubscription seen = observed.get(subscription);
    if (seen == null) {
      seen = new ObservedSubscription(subscription);
      observed.put(subscription, seen);
      gauges.add(seen);
    }
    seen.attemptNanos = clock.monotonicTime();
    seen.awaitsFirstEvent = true;
  }

  @Override
  public void onOpened(StreamSubscription subscription, Duration took) {
    connect.record(took);
    ObservedSubscription seen = observed.get(subscription);
    if (seen == null) {
      return;
    }
    seen.isOpen = true;
    StreamException.Reason lost = seen.lost;
    if (lost != null) {
      reconnects.increment(lost);
    }
  }

  @Override
  public void onEvent(StreamSubscription subscription, Event<?> event) {
    events.increment();
    ObservedSubscription seen = observed.get(subscription);
    if (seen != null && seen.awaitsFirstEvent) {
      seen.awaitsFirstEvent = false;
      firstEvent.record(clock.monotonicTime() - seen.attemptNanos, TimeUnit.NANOSECONDS);
    }
    if (eventTime != null && eventAge != null) {
      Instant happened = eventTime.apply(event);
      if (happened != null) {
        eventAge.record(ageMillis(happened), TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * Returns 0 for an event from a clock that is ahead, and at most a century, so that no time
   * overflows.
   */
  private long ageMillis(Instant happened) {
    long now = clock.wallTime();
    long seconds = TimeUnit.MILLISECONDS.toSeconds(now) - happened.getEpochSecond();
    long near = Math.max(-1, Math.min(seconds, CENTURY_SECONDS));
    long millis = now % 1_000 - TimeUnit.NANOSECONDS.toMillis(happened.getNano());
    return Math.max(0, TimeUnit.SECONDS.toMillis(near) + millis);
  }

  @Override
  public void onHeartbeat(StreamSubscription subscription, String comment) {
    heartbeats.increment();
  }

  @Override
  public void onBytes(StreamSubscription subscription, long count) {
    bytes.increment((double) count);
  }

  @Override
  public void onDuplicate(StreamSubscription subscription, String id) {
    duplicates.increment();
  }

  @Override
  public void onDropped(StreamSubscription subscription, Event<?> event) {
    dropped.increment();
  }

  @Override
  public void onMalformed(StreamSubscription subscription, StreamException report) {
    malformed.increment();
  }

  @Override
  public void onEventRetry(
      StreamSubscription subscription,
      Event<?> event,
      int retry,
      Duration delay,
      StreamException failure) {
    eventRetries.increment();
  }

  @Override
  public void onEventSkipped(
      StreamSubscription subscription, Event<?> event, StreamException failure) {
    eventsSkipped.increment();
  }

  @Override
  public void onCursorNotSaved(StreamSubscription subscription, StreamException failure) {
    cursorFailures.increment();
  }

  @Override
  public void onGap(StreamSubscription subscription, Gap gap) {
    gaps.increment(gap.reason());
  }

  @Override
  public void onDisconnected(
      StreamSubscription subscription,
      StreamException.Reason reason,
      @Nullable StreamException cause) {
    ObservedSubscription seen = observed.get(subscription);
    if (seen != null && seen.isOpen) {
      ended(seen, reason);
    } else if (cause != null) { // Otherwise a close or a park ended the attempt.
      failedAttempts.increment(reason);
    }
  }

  @Override
  public void onRetryScheduled(StreamSubscription subscription, int attempt, Duration delay) {
    retryDelay.record(delay);
  }

  @Override
  public void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {
    if (failure != null) {
      failedSubscriptions.increment(failure.reason());
    }
    ObservedSubscription seen = observed.remove(subscription);
    if (seen == null) {
      return;
    }
    gauges.remove(seen);
    if (seen.isOpen) { // The consumer threw: nothing more is reported about its connection.
      ended(seen, failure == null ? StreamException.Reason.ENDED : failure.reason());
    }
  }

  private void ended(ObservedSubscription seen, StreamException.Reason reason) {
    seen.isOpen = false;
    seen.lost = reason;
    disconnects.increment(reason);
  }

  /** Builds a {@link StreamMetrics}. */
  public static final class Builder {
    private final MeterRegistry registry;
    private final String stream;
    private Tags tags;
    private @Nullable Function<? super Event<?>, ? extends @Nullable Instant> eventTime;

    private Builder(MeterRegistry registry, String stream) {
      this.registry = Objects.requireNonNull(registry, "registry");
      this.stream = Objects.requireNonNull(stream, "stream");
      if (stream.isEmpty()) {
        throw new IllegalArgumentException("stream must not be empty");
      }
      this.tags = Tags.of(STREAM, stream);
    }

    /**
     * Adds tags to all meters, besides {@code stream}. Default: none. All metrics in one registry
     * should have the same tag keys; Prometheus, for example, requires it.
     *
     * @throws IllegalArgumentException if a key is {@code stream} or {@code reason}
     */
    public Builder tags(Iterable<? extends Tag> tags) {
      Tags all = Tags.of(STREAM, stream);
      for (Tag tag : tags) {
        if (Set.of(STREAM, REASON).contains(tag.getKey())) {
          throw new IllegalArgumentException(
              "tags must not have the key " + tag.getKey() + ", which is set here");
        }
        all = all.and(tag);
      }
      this.tags = all;
      return this;
    }

    /**
     * Adds the timer {@code perennial.event.age}, which measures the time since an event happened.
     * Default: no such timer. An event from a clock that is ahead has the age 0.
     *
     * @param eventTime returns when an event happened, or null if the event carries no timestamp.
     *     Called for each event on the subscription's thread, so it must be quick. An exception
     *     that it throws ends the subscription, as with any observer
     */
    public Builder eventTime(Function<? super Event<?>, ? extends @Nullable Instant> eventTime) {
      this.eventTime = Objects.requireNonNull(eventTime, "eventTime");
      return this;
    }

    /** Registers the meters, or reuses those that are registered already. */
    public StreamMetrics build() {
      return new StreamMetrics(this);
    }
  }
}
