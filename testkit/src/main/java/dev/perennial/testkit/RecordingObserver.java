package dev.perennial.testkit;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Records the calls of a stream's observer, a line for each call with its name and its arguments,
 * such as {@code "disconnected RESET"} or {@code "retryScheduled 2 PT0.25S"}.
 *
 * @since 0.1.0
 */
public final class RecordingObserver implements StreamObserver {
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final List<String> lines = new ArrayList<>();

  // Guarded by lock.
  private final List<Duration> delays = new ArrayList<>();

  // Guarded by lock.
  private long bytes;

  private volatile EventRecorder.Hook<String> hook = line -> {};
  private volatile @Nullable StreamSubscription subscription; // Null until the first call.

  private RecordingObserver() {}

  /** Returns an observer without any lines. */
  public static RecordingObserver create() {
    return new RecordingObserver();
  }

  /** Sets an action within each call, after its line was recorded. */
  public RecordingObserver onCall(EventRecorder.Hook<String> hook) {
    this.hook = Objects.requireNonNull(hook, "hook");
    return this;
  }

  /** Returns the subscription of the last call. */
  public StreamSubscription subscription() {
    return Objects.requireNonNull(subscription, "nothing was observed yet");
  }

  /** Returns all lines so far. Calls that report bytes have none. */
  public List<String> lines() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the lines that begin with a prefix. */
  public List<String> lines(String prefix) {
    Predicate<String> matches = line -> line.startsWith(prefix);
    return lines().stream().filter(matches).toList();
  }

  /** Returns the delays of all attempts that were scheduled. */
  public List<Duration> delays() {
    lock.lock();
    try {
      return List.copyOf(delays);
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many bytes were reported. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  private void record(StreamSubscription from, String line) {
    subscription = from;
    lock.lock();
    try {
      lines.add(line);
    } finally {
      lock.unlock();
    }
    try {
      hook.on(line);
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception checked) {
      throw new IllegalStateException(checked);
    }
  }

  @Override
  public void onConnecting(StreamSubscription subscription, int attempt) {
    record(subscription, "connecting " + attempt);
  }

  @Override
  public void onOpened(StreamSubscription subscription, Duration took) {
    record(subscription, "opened " + took);
  }

  @Override
  public void onEvent(StreamSubscription subscription, Event<?> event) {
    record(subscription, "event " + event.id());
  }

  @Override
  public void onHeartbeat(StreamSubscription subscription, String comment) {
    record(subscription, "heartbeat" + comment);
  }

  @Override
  public void onBytes(StreamSubscription subscription, long count) {
    lock.lock();
    try {
      bytes += count;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onDuplicate(StreamSubscription subscription, String id) {
    record(subscription, "duplicate " + id);
  }

  @Override
  public void onIdsNotUnique(StreamSubscription subscription, String id) {
    record(subscription, "idsNotUnique " + id);
  }

  @Override
  public void onDropped(StreamSubscription subscription, Event<?> event) {
    record(subscription, "dropped " + event.id());
  }

  @Override
  public void onEventRetry(
      StreamSubscription subscription,
      Event<?> event,
      int retry,
      Duration delay,
      StreamException failure) {
    record(subscription, "eventRetry " + event.id() + " " + retry + " " + delay);
  }

  @Override
  public void onEventSkipped(
      StreamSubscription subscription, Event<?> event, StreamException failure) {
    record(subscription, "eventSkipped " + event.id());
  }

  @Override
  public void onMalformed(StreamSubscription subscription, StreamException report) {
    record(subscription, "malformed " + report.getMessage());
  }

  @Override
  public void onCursorNotSaved(StreamSubscription subscription, StreamException failure) {
    record(subscription, "cursorNotSaved " + failure.getMessage());
  }

  @Override
  public void onCursorSuspected(StreamSubscription subscription, String detail) {
    record(subscription, "cursorSuspected " + detail);
  }

  @Override
  public void onGap(StreamSubscription subscription, Gap gap) {
    record(subscription, "gap " + gap.reason());
  }

  @Override
  public void onDisconnected(
      StreamSubscription subscription,
      StreamException.Reason reason,
      @Nullable StreamException cause) {
    record(subscription, "disconnected " + reason);
  }

  @Override
  public void onRetryScheduled(StreamSubscription subscription, int attempt, Duration delay) {
    lock.lock();
    try {
      delays.add(delay);
    } finally {
      lock.unlock();
    }
    record(subscription, "retryScheduled " + attempt + " " + delay);
  }

  @Override
  public void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {
    record(subscription, "closed" + (failure == null ? "" : " " + failure.reason()));
  }
}
