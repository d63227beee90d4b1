package dev.perennial.internal.control;

import dev.perennial.StreamState;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a subscription shows of itself: written by the engine thread, read by any thread. */
public final class SubscriptionStatus {
  /** The value of {@link #lastEventNanos} before the first event. */
  public static final long NEVER = Long.MIN_VALUE;

  /** How long a read that should have had bytes may still take to find them after a wake. */
  static final Duration WAKE_GRACE = Duration.ofSeconds(1);

  /** What other threads may ask of an open connection. */
  public interface OpenConnection {

    /** When the last byte came, on the clock of the timekeeper. */
    long lastByteNanos();

    /**
     * Ends the connection if it has been silent for too long by a clock that counts deep sleep, and
     * a read is still waiting after {@code graceNanos}.
     */
    void checkSilence(long graceNanos);

    /** Asks the server for a sign of life, and ends the connection when none comes soon. */
    void networkChanged();

    /** Ends the connection in favour of another one, if that may follow it. */
    void replace();
  }

  private final AtomicLong lastEventNanos = new AtomicLong(NEVER);
  private volatile StreamState state = new StreamState.Connecting(1);
  private volatile long nextAttemptNanos; // Meaningful while waiting.
  private volatile @Nullable OpenConnection openConnection; // Null while none is open.

  private volatile boolean isCompleted;

  /** The thread that runs the engine or the consumer's first callback; null while none does. */
  private volatile @Nullable Thread thread;

  public StreamState state() {
    return state;
  }

  public void state(StreamState next) {
    state = next;
  }

  /** When the next attempt comes, on the clock of the timekeeper. */
  public long nextAttemptNanos() {
    return nextAttemptNanos;
  }

  public void nextAttemptNanos(long nanos) {
    nextAttemptNanos = nanos;
  }

  /** When the last byte of the last event came, on the clock of the timekeeper. */
  public long lastEventNanos() {
    return lastEventNanos.get();
  }

  public void lastEventNanos(long nanos) {
    lastEventNanos.lazySet(nanos); // Ordered, without a fence for each event.
  }

  /** Null while no connection is open. */
  @Nullable OpenConnection openConnection() {
    return openConnection;
  }

  /** Sets the connection that is open; null when it has ended. */
  public void openConnection(@Nullable OpenConnection open) {
    openConnection = open;
  }

  /** Whether the stream ended by itself, rather than by a failure or by its consumer. */
  boolean isCompleted() {
    return isCompleted;
  }

  /** The stream is complete. */
  public void completed() {
    isCompleted = true;
  }

  /** Ends the open connection, if there is one, soon when it should have had bytes by now. */
  void checkSilence() {
    OpenConnection open = openConnection;
    if (open != null) {
      open.checkSilence(Nanos.of(WAKE_GRACE));
    }
  }

  /** Ends the open connection, if there is one, when no byte comes soon: its path may be gone. */
  void networkChanged() {
    OpenConnection open = openConnection;
    if (open != null) {
      open.networkChanged();
    }
  }

  /** Ends the open connection, if there is one, in favour of another one. */
  void replaceConnection() {
    OpenConnection open = openConnection;
    if (open != null) {
      open.replace();
    }
  }

  public boolean isOnThread() {
    return thread == Thread.currentThread();
  }

  public void thread(@Nullable Thread current) {
    thread = current;
  }
}
