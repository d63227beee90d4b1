package dev.perennial;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the engine tells: states and gaps to the consumer, everything to the observer. Called by the
 * engine's thread alone, but for {@link #state}.
 */
final class Notifier {
  private final StreamSubscription subscription;
  private final Delivery<?> outlet;
  private final EngineSignals controls;

  /** Null when nobody watches; then nothing is made for it. */
  final @Nullable StreamObserver observer;

  private volatile StreamState state = new StreamState.Connecting(1);

  /** Something to tell the observer. */
  interface Told {
    void to(StreamObserver observer);
  }

  Notifier(
      StreamSubscription subscription,
      Delivery<?> outlet,
      EngineSignals controls,
      @Nullable StreamObserver observer) {
    this.subscription = subscription;
    this.outlet = outlet;
    this.controls = controls;
    this.observer = observer;
  }

  StreamState state() {
    return state;
  }

  /** Whether the consumer is to hear of nothing but the end. */
  boolean isEnding() {
    return controls.isEnding();
  }

  void state(StreamState next) throws CallbackException {
    state = next;
    if (!isEnding()) {
      outlet.state(next);
    }
  }

  void connecting(int attempt) throws CallbackException {
    state(new StreamState.Connecting(attempt));
    if (observer != null) {
      observed(o -> o.onConnecting(subscription, attempt));
    }
  }

  void opened(long connection, long tookNanos) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onOpened(subscription, Duration.ofNanos(tookNanos)));
    }
    state(new StreamState.Open(connection, false));
  }

  void disconnected(StreamException.Reason reason, @Nullable StreamException cause)
      throws CallbackException {
    if (observer != null) {
      observed(o -> o.onDisconnected(subscription, reason, cause));
    }
  }

  void waiting(NextStep.Retry retry) throws CallbackException {
    Duration delay = Duration.ofNanos(retry.delayNanos());
    state(
        new StreamState.Waiting(
            retry.nextAttempt(), delay, retry.rule(), retry.reason(), retry.cause()));
    if (observer != null) {
      observed(o -> o.onRetryScheduled(subscription, retry.nextAttempt(), delay));
    }
  }

  void gap(Gap gap) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onGap(subscription, gap));
    }
    if (!isEnding()) {
      outlet.gap(gap);
    }
  }

  void event(Event<?> event) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onEvent(subscription, event));
    }
  }

  void bytes(long count) throws CallbackException {
    observed(o -> o.onBytes(subscription, count));
  }

  void heartbeat(Payload heartbeat) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onHeartbeat(subscription, heartbeat.text()));
    }
  }

  void dropped(Event<?> event) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onDropped(subscription, event));
    }
  }

  void cursorSuspected(String detail) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onCursorSuspected(subscription, detail));
    }
  }

  void malformed(StreamException report) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onMalformed(subscription, report));
    }
  }

  /** On a helper's thread, which the observer cannot end. */
  void cursorNotSaved(StreamException failure) {
    StreamObserver watching = observer;
    if (watching != null) {
      IoFailures.lastCall(() -> watching.onCursorNotSaved(subscription, failure));
    }
  }

  void duplicate(String id) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onDuplicate(subscription, id));
    }
  }

  void idsNotUnique(String id) throws CallbackException {
    if (observer != null) {
      observed(o -> o.onIdsNotUnique(subscription, id));
    }
  }

  /** The last things to tell. What is thrown at them can end nothing any more. */
  void closed(@Nullable StreamException failure) {
    state = new StreamState.Closed(failure);
    StreamObserver watching = observer;
    if (watching != null) {
      IoFailures.lastCall(() -> watching.onClosed(subscription, failure));
    }
  }

  /** The end, told before, turned out worse: what the engine had handed over was not delivered. */
  void closedLate(StreamException failure) {
    state = new StreamState.Closed(failure);
  }

  private void observed(Told told) throws CallbackException {
    try {
      told.to(Objects.requireNonNull(observer, "observer"));
    } catch (Throwable thrown) {
      throw new CallbackException(thrown, true);
    }
  }
}
