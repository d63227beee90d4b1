package dev.perennial;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Two observers as one: first the runtime's, then the stream's. */
final class Observers implements StreamObserver {
  private final StreamObserver first;
  private final StreamObserver second;

  private Observers(StreamObserver first, StreamObserver second) {
    this.first = first;
    this.second = second;
  }

  static @Nullable StreamObserver both(
      @Nullable StreamObserver first, @Nullable StreamObserver second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return new Observers(first, second);
  }

  @Override
  public void onConnecting(StreamSubscription subscription, int attempt) {
    first.onConnecting(subscription, attempt);
    second.onConnecting(subscription, attempt);
  }

  @Override
  public void onOpened(StreamSubscription subscription, Duration took) {
    first.onOpened(subscription, took);
    second.onOpened(subscription, took);
  }

  @Override
  public void onEvent(StreamSubscription subscription, Event<?> event) {
    first.onEvent(subscription, event);
    second.onEvent(subscription, event);
  }

  @Override
  public void onHeartbeat(StreamSubscription subscription, String comment) {
    first.onHeartbeat(subscription, comment);
    second.onHeartbeat(subscription, comment);
  }

  @Override
  public void onBytes(StreamSubscription subscription, long count) {
    first.onBytes(subscription, count);
    second.onBytes(subscription, count);
  }

  @Override
  public void onDuplicate(StreamSubscription subscription, String id) {
    first.onDuplicate(subscription, id);
    second.onDuplicate(subscription, id);
  }

  @Override
  public void onIdsNotUnique(StreamSubscription subscription, String id) {
    first.onIdsNotUnique(subscription, id);
    second.onIdsNotUnique(subscription, id);
  }

  @Override
  public void onDropped(StreamSubscription subscription, Event<?> event) {
    first.onDropped(subscription, event);
    second.onDropped(subscription, event);
  }

  @Override
  public void onCursorSuspected(StreamSubscription subscription, String detail) {
    first.onCursorSuspected(subscription, detail);
    second.onCursorSuspected(subscription, detail);
  }

  @Override
  public void onMalformed(StreamSubscription subscription, StreamException report) {
    first.onMalformed(subscription, report);
    second.onMalformed(subscription, report);
  }

  @Override
  public void onCursorNotSaved(StreamSubscription subscription, StreamException failure) {
    first.onCursorNotSaved(subscription, failure);
    second.onCursorNotSaved(subscription, failure);
  }

  @Override
  public void onGap(StreamSubscription subscription, Gap gap) {
    first.onGap(subscription, gap);
    second.onGap(subscription, gap);
  }

  @Override
  public void onDisconnected(
      StreamSubscription subscription,
      StreamException.Reason reason,
      @Nullable StreamException cause) {
    first.onDisconnected(subscription, reason, cause);
    second.onDisconnected(subscription, reason, cause);
  }

  @Override
  public void onRetryScheduled(StreamSubscription subscription, int attempt, Duration delay) {
    first.onRetryScheduled(subscription, attempt, delay);
    second.onRetryScheduled(subscription, attempt, delay);
  }

  @Override
  public void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {
    IoFailures.lastCall(() -> first.onClosed(subscription, failure));
    IoFailures.lastCall(() -> second.onClosed(subscription, failure)); // Whatever the first threw.
  }
}
