package dev.perennial.internal.engine;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Payload;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.SubscriptionContext;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.delivery.EventReports;
import dev.perennial.internal.log.SubscriptionLog;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.retry.NextStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reports what happens: states and gaps to the consumer, everything to the observers, in the order
 * in which they were set. Called by the engine thread, except for {@link #cursorNotSaved}, {@link
 * #retry} and {@link #skipped}. Without an observer nothing is allocated for it.
 */
final class Notifier implements EventReports {
  private final StreamSubscription subscription;
  private final SubscriptionStatus status;
  private final EngineSignals signals;
  private final Delivery<?> delivery;
  private final List<StreamObserver> observers;
  private final SubscriptionLog log;

  /** A call of one observer. */
  private interface Report {
    void to(StreamObserver observer);
  }

  Notifier(StreamSubscription subscription, SubscriptionContext<?> context, Delivery<?> delivery) {
    this.subscription = subscription;
    this.status = context.status();
    this.signals = context.signals();
    this.delivery = delivery;
    this.observers = context.settings().observers();
    this.log = context.log();
  }

  boolean isObserved() {
    return !observers.isEmpty();
  }

  void state(StreamState next) throws CallbackException {
    status.state(next);
    signals.changed();
    if (isObserved()) {
      report(o -> o.onState(subscription, next));
    }
    if (!signals.isEnding()) {
      delivery.state(next);
    }
  }

  void connecting(int attempt) throws CallbackException {
    log.debug(() -> "attempt " + attempt);
    state(new StreamState.Connecting(attempt));
    if (isObserved()) {
      report(o -> o.onConnecting(subscription, attempt));
    }
  }

  /**
   * The server accepted the subscription.
   *
   * @param response its answer; null when the transport does not know it
   */
  void opened(long connection, long tookNanos, @Nullable ServerResponse response)
      throws CallbackException {
    log.opened(connection, tookNanos);
    if (isObserved()) {
      report(o -> o.onOpened(subscription, Duration.ofNanos(tookNanos)));
    }
    state(new StreamState.Open(connection, false, response));
  }

  void disconnected(ConnectionEnd end) throws CallbackException {
    log.disconnected(end.reason(), end.failure());
    if (isObserved()) {
      report(o -> o.onDisconnected(subscription, end.reason(), end.failure()));
    }
  }

  void waiting(NextStep.RetryAfter retry) throws CallbackException {
    log.waiting(retry.attempt(), retry.delayNanos());
    Duration delay = Duration.ofNanos(retry.delayNanos());
    state(
        new StreamState.Waiting(
            retry.attempt(), delay, retry.rule(), retry.reason(), retry.cause()));
    if (isObserved()) {
      report(o -> o.onRetryScheduled(subscription, retry.attempt(), delay));
    }
  }

  void gap(Gap gap) throws CallbackException {
    log.debug(() -> "gap: " + gap);
    if (isObserved()) {
      report(o -> o.onGap(subscription, gap));
    }
    if (!signals.isEnding()) {
      delivery.gap(gap);
    }
  }

  /** A frame came, whatever it is. */
  void signOfLife() {
    log.signOfLife();
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
    log.debug(() -> "the cursor may be refused: " + detail);
    if (isObserved()) {
      report(o -> o.onCursorSuspected(subscription, detail));
    }
  }

  void malformed(StreamException report) throws CallbackException {
    log.debug(() -> "skipped: " + report.getMessage());
    if (isObserved()) {
      report(o -> o.onMalformed(subscription, report));
    }
  }

  /** Called by the thread that delivers. */
  @Override
  public void retry(Event<?> event, int retry, long delayNanos, StreamException failure)
      throws CallbackException {
    log.eventFailed(event.id(), retry == 1, delayNanos, failure);
    if (isObserved()) {
      Duration delay = Duration.ofNanos(delayNanos);
      report(o -> o.onEventRetry(subscription, event, retry, delay, failure));
    }
  }

  /** Called by the thread that delivers. */
  @Override
  public void skipped(Event<?> event, StreamException failure) throws CallbackException {
    log.eventSkipped(event.id(), failure);
    if (isObserved()) {
      report(o -> o.onEventSkipped(subscription, event, failure));
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
    log.cursorNotSaved(failure);
    for (StreamObserver observer : observers) {
      Callbacks.runLast(() -> observer.onCursorNotSaved(subscription, failure));
    }
  }

  /** Reports the end. What an observer throws can end nothing any more. */
  void closed(@Nullable StreamException failure) {
    StreamState closed = new StreamState.Closed(failure);
    status.state(closed);
    signals.changed();
    log.debug(() -> failure == null ? "closed" : "ended: " + failure.getMessage());
    for (StreamObserver observer : observers) {
      Callbacks.runLast(() -> observer.onState(subscription, closed));
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
