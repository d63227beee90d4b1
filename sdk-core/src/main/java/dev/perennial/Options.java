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
  static final int DEFAULT_DELIVERY_BUFFER = 256;

  final Transport transport;
  final Decoder<? extends T> decoder;
  RetryPolicy retry = RetryPolicy.standard();
  Duration attemptTimeout = DEFAULT_ATTEMPT_TIMEOUT;
  DedupeWindow dedupe = DedupeWindow.replays(DedupeWindow.DEFAULT_SIZE);
  StreamRuntime runtime = StreamRuntime.shared();
  boolean isFailFast;

  /** Null lets a connection live as long as it can. */
  @Nullable Duration maxConnectionAge;

  /** Null learns the limit from the heartbeats seen. */
  @Nullable Duration staleAfter;

  /** Null starts where the server starts. */
  @Nullable String startAfter;

  /** Null delivers on the engine's thread. */
  @Nullable Executor deliveryOn;

  @Nullable StreamObserver observer;

  Options(Transport transport, Decoder<? extends T> decoder) {
    this.transport = transport;
    this.decoder = decoder;
  }

  Options<T> copy() {
    Options<T> copy = new Options<>(transport, decoder);
    copy.retry = retry;
    copy.attemptTimeout = attemptTimeout;
    copy.dedupe = dedupe;
    copy.runtime = runtime;
    copy.isFailFast = isFailFast;
    copy.maxConnectionAge = maxConnectionAge;
    copy.staleAfter = staleAfter;
    copy.startAfter = startAfter;
    copy.deliveryOn = deliveryOn;
    copy.observer = observer;
    return copy;
  }
}
