package dev.perennial.http.internal.attempt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One attempt to open a stream: how much of its time is left, and what its cancellation ends.
 *
 * <p>It exists before any I/O, so that {@link #cancel} works from the first moment on. Any thread
 * may call {@link #cancel}, {@link #isCancelled}, {@link #onCancel} and {@link #forget}; the rest
 * belongs to the subscription's thread.
 */
public final class OpeningAttempt {
  private final Attempt attempt;
  private final long timeoutNanos;

  private final ReentrantLock lock = new ReentrantLock();

  /** What cancels the calls and the waits that are under way. It runs with no lock held. */
  @GuardedBy("lock")
  private final List<Runnable> cancelActions = new ArrayList<>();

  private volatile boolean isCancelled;

  private volatile long startNanos; // 0 until start().

  public OpeningAttempt(Attempt attempt) {
    this.attempt = attempt;
    this.timeoutNanos = Nanos.of(attempt.timeout());
  }

  /** Starts the attempt's time. */
  public void start() {
    startNanos = attempt.timekeeper().nanoTime();
  }

  public Attempt attempt() {
    return attempt;
  }

  /** How long the whole attempt may take. */
  public long timeoutNanos() {
    return timeoutNanos;
  }

  /** Returns how much time is left; at most 0 when the time is up. */
  public long remainingNanos() {
    return timeoutNanos - (attempt.timekeeper().nanoTime() - startNanos);
  }

  /**
   * Returns the failure of an attempt whose time is up.
   *
   * @param missing what did not come in time
   */
  public TransportException timedOut(String missing) {
    return new TransportException(
        Reason.ATTEMPT_TIMEOUT,
        "Expected " + missing + " within " + Durations.text(attempt.timeout()));
  }

  public boolean isCancelled() {
    return isCancelled;
  }

  /** Runs {@code action} when the attempt is cancelled, or at once when it is cancelled already. */
  public void onCancel(Runnable action) {
    lock.lock();
    try {
      if (!isCancelled) {
        cancelActions.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /** Removes what {@link #onCancel} added. */
  public void forget(Runnable action) {
    lock.lock();
    try {
      cancelActions.remove(action);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cancels everything that is registered, and whatever will be. Also ends a stream that the
   * attempt has opened. Idempotent.
   */
  public void cancel() {
    List<Runnable> actions;
    lock.lock();
    try {
      isCancelled = true;
      actions = new ArrayList<>(cancelActions);
      cancelActions.clear();
    } finally {
      lock.unlock();
    }
    actions.forEach(Runnable::run);
  }
}
