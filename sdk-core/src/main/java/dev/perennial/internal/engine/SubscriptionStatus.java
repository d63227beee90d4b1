package dev.perennial.internal.engine;

import dev.perennial.StreamState;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a subscription shows of itself: written by the engine thread, read by any thread. */
final class SubscriptionStatus {
  /** The value of {@link #lastEventNanos} before the first event. */
  static final long NEVER = Long.MIN_VALUE;

  private final AtomicLong lastEventNanos = new AtomicLong(NEVER);
  private volatile StreamState state = new StreamState.Connecting(1);
  private volatile long nextAttemptNanos; // Meaningful while waiting.
  private volatile @Nullable ConnectionRun openRun; // Null while no connection is open.

  /** The thread that runs the engine or the consumer's first callback; null while none does. */
  private volatile @Nullable Thread thread;

  StreamState state() {
    return state;
  }

  void state(StreamState next) {
    state = next;
  }

  /** When the next attempt comes, on the clock of the timekeeper. */
  long nextAttemptNanos() {
    return nextAttemptNanos;
  }

  void nextAttemptNanos(long nanos) {
    nextAttemptNanos = nanos;
  }

  /** When the last byte of the last event came, on the clock of the timekeeper. */
  long lastEventNanos() {
    return lastEventNanos.get();
  }

  void lastEventNanos(long nanos) {
    lastEventNanos.lazySet(nanos); // Ordered, without a fence for each event.
  }

  @Nullable ConnectionRun openRun() {
    return openRun;
  }

  void openRun(@Nullable ConnectionRun run) {
    openRun = run;
  }

  boolean isOnThread() {
    return thread == Thread.currentThread();
  }

  void thread(@Nullable Thread current) {
    thread = current;
  }
}
