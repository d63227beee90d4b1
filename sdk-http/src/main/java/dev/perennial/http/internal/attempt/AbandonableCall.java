package dev.perennial.http.internal.attempt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A call of blocking code that nothing can end, such as a name lookup. It runs on a daemon thread
 * of its own, so that a thread that waits for it can leave when its time is up.
 */
public final class AbandonableCall<V> {

  /** How the code ended: with a value or with a failure. */
  public record Outcome<V>(@Nullable V value, @Nullable Throwable failure) {}

  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Null until the code has ended, or was given up. */
  @GuardedBy("lock")
  private @Nullable Outcome<V> outcome;

  private AbandonableCall(String threadName, Callable<V> code, Runnable afterwards) {
    this.thread =
        new Thread(
            () -> {
              Outcome<V> result = run(code);
              afterwards.run();
              complete(result);
            },
            threadName);
    thread.setDaemon(true);
  }

  /** Starts {@code code} on a new thread. */
  public static <V> AbandonableCall<V> start(String threadName, Callable<V> code) {
    return start(threadName, code, () -> {});
  }

  /**
   * Starts {@code code} on a new thread.
   *
   * @param afterwards runs there when the code has ended, before any thread sees its outcome
   */
  public static <V> AbandonableCall<V> start(
      String threadName, Callable<V> code, Runnable afterwards) {
    AbandonableCall<V> call = new AbandonableCall<>(threadName, code, afterwards);
    call.thread.start();
    return call;
  }

  /**
   * Waits for the outcome.
   *
   * @return null when the attempt's time is up
   * @throws InterruptedIOException when the waiting thread is interrupted; its flag stays set
   * @throws IOException when the attempt is cancelled
   */
  public @Nullable Outcome<V> await(OpeningAttempt attempt) throws IOException {
    Runnable wake = this::wake;
    attempt.onCancel(wake);
    lock.lock();
    try {
      while (outcome == null) {
        if (attempt.isCancelled()) {
          throw new IOException("Closed");
        }
        long nanos = attempt.remainingNanos();
        if (nanos <= 0) {
          return null;
        }
        attempt.attempt().timekeeper().await(changed, nanos);
      }
      return outcome;
    } catch (InterruptedException e) {
      throw HttpFailures.interrupted(e);
    } finally {
      lock.unlock();
      attempt.forget(wake);
    }
  }

  /** Interrupts the code, since no thread waits for it any more. The code may ignore that. */
  public void abandon() {
    thread.interrupt();
  }

  /** Ends all waits with {@code failure}, and interrupts the code. */
  public void giveUp(Throwable failure) {
    complete(new Outcome<>(null, failure));
    abandon();
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Sets the outcome, unless there is one already. */
  private void complete(Outcome<V> result) {
    lock.lock();
    try {
      outcome = outcome != null ? outcome : result;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Runs the code. Whatever it throws is rethrown by the thread that waits. */
  private static <V> Outcome<V> run(Callable<V> code) {
    try {
      return new Outcome<>(code.call(), null);
    } catch (Throwable failure) {
      return new Outcome<>(null, failure);
    }
  }
}
