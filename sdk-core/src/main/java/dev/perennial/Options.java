package dev.perennial;

import dev.perennial.spi.Transport;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EventStream} was told. Changed only between {@link #copy} and the making of the
 * stream that it belongs to.
 */
final class Options<T> {
  static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofSeconds(30);
  static final Duration DEFAULT_ONE_EVENT_LIMIT = Duration.ofMinutes(5);
  static final Duration DEFAULT_SAVE_EVERY = Duration.ofMillis(250);
  static final int DEFAULT_DELIVERY_BUFFER = 256;

  final Transport transport;
  final Decoder<? extends T> decoder;
  RetryPolicy retry = RetryPolicy.standard();
  Duration attemptTimeout = DEFAULT_ATTEMPT_TIMEOUT;
  DedupeWindow dedupe = DedupeWindow.replays(DedupeWindow.DEFAULT_SIZE);
  StreamRuntime runtime = StreamRuntime.shared();
  GapPolicy gapPolicy = GapPolicy.fail();
  boolean isFailFast;
  boolean skipsMalformed;

  /** 0 acknowledges when the consumer's callback has returned. */
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

  /** Null hands over what the consumer can take, and holds the server back. */
  @Nullable Overflow overflow;

  /** Null takes a stream without events for a quiet one. */
  @Nullable Duration stalledAfter;

  /** Null keeps the cursor nowhere. */
  @Nullable CursorStore store;

  @Nullable StreamObserver observer;

  Options(Transport transport, Decoder<? extends T> decoder) {
    this.transport = transport;
    this.decoder = decoder;
  }

  void checkConflicts() {
    Overflow policy = overflow;
    boolean isLossy = policy != null && policy.kind() != Overflow.Kind.BLOCK;
    if (isLossy && maxUnacknowledged > 0) {
      throw new IllegalStateException(
          "withOverflow("
              + policy
              + ") cannot be combined with withManualAcknowledgement, whose"
              + " bound holds the server back");
    }
  }

  Options<T> copy() {
    Options<T> copy = new Options<>(transport, decoder);
    copy.retry = retry;
    copy.attemptTimeout = attemptTimeout;
    copy.dedupe = dedupe;
    copy.runtime = runtime;
    copy.gapPolicy = gapPolicy;
    copy.isFailFast = isFailFast;
    copy.skipsMalformed = skipsMalformed;
    copy.maxUnacknowledged = maxUnacknowledged;
    copy.saveEvery = saveEvery;
    copy.overflow = overflow;
    copy.stalledAfter = stalledAfter;
    copy.store = store;
    copy.maxConnectionAge = maxConnectionAge;
    copy.staleAfter = staleAfter;
    copy.startAfter = startAfter;
    copy.deliveryOn = deliveryOn;
    copy.observer = observer;
    return copy;
  }
}
