package dev.perennial;

import dev.perennial.internal.engine.Subscriptions;
import dev.perennial.internal.queue.OverflowMode;
import dev.perennial.internal.queue.QueueBounds;
import dev.perennial.internal.retry.ConsumerFailures;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The options of an {@link EventStream}. Changed only between {@link #copy} and the creation of the
 * stream that it belongs to.
 */
final class Options<T> {
  static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofSeconds(30);
  static final Duration DEFAULT_EVENT_TIMEOUT = Duration.ofMinutes(5);
  static final Duration DEFAULT_SAVE_EVERY = Duration.ofMillis(250);
  static final Duration DEFAULT_DELIVERY_WITHIN = Duration.ofSeconds(90);
  static final int DEFAULT_DELIVERY_BUFFER = 256;
  static final long DEFAULT_BUFFERED_BYTES = 16L << 20;

  final Transport transport;
  final Decoder<? extends T> decoder;
  RetryPolicy retry = RetryPolicy.standard();
  Duration attemptTimeout = DEFAULT_ATTEMPT_TIMEOUT;
  DedupeWindow dedupe = DedupeWindow.replays(DedupeWindow.DEFAULT_SIZE);
  StreamRuntime runtime = StreamRuntime.shared();
  GapPolicy gapPolicy = GapPolicy.fail();

  /** Null lets the rules of the retry policy decide, as they do about other failures. */
  @Nullable ConsumerFailurePolicy consumerFailure;

  boolean isFailFast;
  boolean skipsMalformed;

  /** 0 acknowledges an event when the consumer's callback has returned. */
  int maxUnacknowledged;

  Duration saveEvery = DEFAULT_SAVE_EVERY;

  /** Null lets a connection live as long as it can. */
  @Nullable Duration maxConnectionAge;

  /** Null learns the limit from the heartbeats seen. */
  @Nullable Duration staleAfter;

  /** Null starts where the server starts. */
  @Nullable String startAfter;

  /** Null delivers on the engine's thread. */
  @Nullable Executor deliveryOn;

  Duration deliveryWithin = DEFAULT_DELIVERY_WITHIN;

  /** Null holds the server back while the consumer is busy. */
  @Nullable Overflow overflow;

  long maxBufferedBytes = DEFAULT_BUFFERED_BYTES;

  /** Null accepts a stream without events. */
  @Nullable Duration stalledAfter;

  Duration eventTimeout = DEFAULT_EVENT_TIMEOUT;

  /** Null keeps the cursor nowhere. */
  @Nullable CursorStore store;

  @Nullable StreamObserver observer;

  Options(Transport transport, Decoder<? extends T> decoder) {
    this.transport = transport;
    this.decoder = decoder;
  }

  void checkConflicts() {
    Overflow policy = overflow;
    boolean isLossy = policy != null && policy.mode() != OverflowMode.BLOCK;
    if (isLossy && maxUnacknowledged > 0) {
      throw new IllegalStateException(
          "withOverflow("
              + policy
              + ") cannot be combined with withManualAcknowledgement, whose"
              + " bound holds the server back");
    }
  }

  /** The options as the engine uses them. */
  SubscriptionSettings<T> toSettings() {
    List<StreamObserver> observers = new ArrayList<>();
    if (runtime.observer() != null) {
      observers.add(runtime.observer());
    }
    if (observer != null) {
      observers.add(observer);
    }
    return new SubscriptionSettings<>(
        transport,
        decoder,
        Event::new,
        runtime,
        runtime.services(),
        observers,
        retry::settings,
        new SubscriptionSettings.Limits(
            attemptTimeout, maxConnectionAge, staleAfter, stalledAfter, eventTimeout, isFailFast),
        new SubscriptionSettings.Resume(
            startAfter, store, saveEvery, maxUnacknowledged, dedupe.scope(), dedupe.size()),
        gapPolicy::rules,
        consumerRule(),
        skipsMalformed);
  }

  private ConsumerFailures.@Nullable Rule consumerRule() {
    ConsumerFailurePolicy policy = consumerFailure;
    if (policy == null) {
      return retry.canRetryByRule() ? ConsumerFailures.Rule.OF_RETRY_POLICY : null;
    }
    return policy.isFail() ? null : policy.rule();
  }

  /** Returns why this way to consume is refused; null when it is not. */
  @Nullable IllegalStateException refusalOfConsumerPolicy(String way) {
    ConsumerFailurePolicy policy = consumerFailure;
    return policy == null || policy.isFail()
        ? null
        : new IllegalStateException(
            "withConsumerFailurePolicy(" + policy + ") cannot be combined with " + way);
  }

  /** The queue of a listener, which keeps an event that is delivered again. */
  Subscriptions.@Nullable Queue queueOfListener() {
    return consumerRule() == null ? queue() : queueOfSignals();
  }

  /** The queue that the options need; null to deliver on the engine thread. */
  Subscriptions.@Nullable Queue queue() {
    return deliveryOn == null && overflow == null ? null : queueOfSignals();
  }

  /** The queue of a subscription to signals, which always needs one: states may be conflated. */
  Subscriptions.Queue queueOfSignals() {
    Overflow policy = overflow;
    int size = deliveryOn == null ? 1 : DEFAULT_DELIVERY_BUFFER;
    Overflow chosen = policy == null ? Overflow.block(size) : policy;
    return new Subscriptions.Queue(
        deliveryOn,
        deliveryWithin,
        new QueueBounds(chosen.mode(), chosen.size(), maxBufferedBytes));
  }

  /** How far a reader reads ahead. */
  Subscriptions.Queue queueOfReader() {
    return new Subscriptions.Queue(
        null,
        deliveryWithin,
        new QueueBounds(OverflowMode.BLOCK, DEFAULT_DELIVERY_BUFFER, maxBufferedBytes));
  }

  Options<T> copy() {
    Options<T> copy = new Options<>(transport, decoder);
    copy.retry = retry;
    copy.attemptTimeout = attemptTimeout;
    copy.dedupe = dedupe;
    copy.runtime = runtime;
    copy.gapPolicy = gapPolicy;
    copy.consumerFailure = consumerFailure;
    copy.isFailFast = isFailFast;
    copy.skipsMalformed = skipsMalformed;
    copy.maxUnacknowledged = maxUnacknowledged;
    copy.saveEvery = saveEvery;
    copy.overflow = overflow;
    copy.maxBufferedBytes = maxBufferedBytes;
    copy.stalledAfter = stalledAfter;
    copy.eventTimeout = eventTimeout;
    copy.store = store;
    copy.maxConnectionAge = maxConnectionAge;
    copy.staleAfter = staleAfter;
    copy.startAfter = startAfter;
    copy.deliveryOn = deliveryOn;
    copy.deliveryWithin = deliveryWithin;
    copy.observer = observer;
    return copy;
  }
}
