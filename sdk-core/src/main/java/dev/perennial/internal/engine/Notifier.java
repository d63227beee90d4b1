package dev.perennial.internal.engine;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Payload;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.retry.NextStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reports what happens: states and gaps to the consumer, everything to the observers, in the order
 * in which they were set. Called by the engine thread, except for {@link #cursorNotSaved}. Without
 * an observer nothing is allocated for it.
 */
final class Notifier {
  private final StreamSubscription subscription;
  private final SubscriptionStatus status;
  private final EngineSignals signals;
  private final Delivery<?> delivery;
  private final StreamObserver[] observers;

  /** A call of one observer. */
  private interface Report {
    void to(StreamObserver observer);
  }

  Notifier(
      StreamSubscription subscription,
      SubscriptionStatus status,
      EngineSignals signals,
      Delivery<?> delivery,
      List<StreamObserver> observers) {
    this.subscription = subscription;
    this.status = status;
    this.signals = signals;
    this.delivery = delivery;
    this.observers = observers.toArray(new StreamObserver[0]);
  }

  boolean isObserved() {
    return observers.length > 0;
  }

  void state(StreamState next) throws CallbackException {
    status.state(next);
    if (!signals.isEnding()) {
      delivery.state(next);
    }
  }

  void connecting(int attempt) throws CallbackException {
    state(new StreamState.Connecting(attempt));
    if (isObserved()) {
      report(o -> o.onConnecting(subscription, attempt));
    }
  }

  void opened(long connection, long tookNanos) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onOpened(subscription, Duration.ofNanos(tookNanos)));
    }
    state(new StreamState.Open(connection, false));
  }

  void disconnected(ConnectionEnd end) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onDisconnected(subscription, end.reason(), end.failure()));
    }
  }

  void waiting(NextStep.RetryAfter retry) throws CallbackException {
    Duration delay = Duration.ofNanos(retry.delayNanos());
    state(
        new StreamState.Waiting(
            retry.attempt(), delay, retry.rule(), retry.reason(), retry.cause()));
    if (isObserved()) {
      report(o -> o.onRetryScheduled(subscription, retry.attempt(), delay));
    }
  }

  void gap(Gap gap) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onGap(subscription, gap));
    }
    if (!signals.isEnding()) {
      delivery.gap(gap);
    }
  }

  void event(Event<?> event) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onEvent(subscription, event));
    }
  }

  void bytes(long count) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onBytes(subscription, count));
    }
  }

  void heartbeat(Payload heartbeat) throws CallbackException {
    if (isObserved()) {
      String comment = heartbeat.text();
      report(o -> o.onHeartbeat(subscription, comment));
    }
  }

  void dropped(List<? extends Event<?>> events) throws CallbackException {
    if (isObserved()) {
      for (Event<?> event : events) {
        report(o -> o.onDropped(subscription, event));
      }
    }
  }

  void cursorSuspected(String detail) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onCursorSuspected(subscription, detail));
    }
  }

  void malformed(StreamException report) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onMalformed(subscription, report));
    }
  }

  void duplicate(String id) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onDuplicate(subscription, id));
    }
  }

  void idsNotUnique(String id) throws CallbackException {
    if (isObserved()) {
      report(o -> o.onIdsNotUnique(subscription, id));
    }
  }

  /** Called by the thread that saves, which an observer cannot end. */
  void cursorNotSaved(StreamException failure) {
    for (StreamObserver observer : observers) {
      Callbacks.runLast(() -> observer.onCursorNotSaved(subscription, failure));
    }
  }

  /** Reports the end. What an observer throws can end nothing any more. */
  void closed(@Nullable StreamException failure) {
    status.state(new StreamState.Closed(failure));
    for (StreamObserver observer : observers) {
      Callbacks.runLast(() -> observer.onClosed(subscription, failure));
    }
  }

  private void report(Report report) throws CallbackException {
    for (StreamObserver observer : observers) {
      try {
        report.to(observer);
      } catch (Throwable thrown) {
        throw CallbackException.ofObserver(observer, thrown);
      }
    }
  }
}
