package dev.perennial.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Blocking code of others that nothing can end, on a daemon thread of its own: whoever waits for it
 * can go when its time is up.
 */
final class AbandonableCall<V> {

  /** What the code came to: a value or a failure. */
  record Outcome<V>(@Nullable V value, @Nullable Throwable failure) {}

  private final Thread thread;

  /** Guards the outcome, which is null until the code has ended. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
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
  static <V> AbandonableCall<V> start(String threadName, Callable<V> code) {
    return start(threadName, code, () -> {});
  }

  /**
   * Starts {@code code} on a new thread.
   *
   * @param afterwards runs there when the code has ended, before anyone sees its outcome
   */
  static <V> AbandonableCall<V> start(String threadName, Callable<V> code, Runnable afterwards) {
    AbandonableCall<V> detached = new AbandonableCall<>(threadName, code, afterwards);
    detached.thread.start();
    return detached;
  }

  /**
   * Waits for the outcome.
   *
   * @return null when the attempt's time is up
   * @throws InterruptedIOException when the waiting thread is interrupted; it stays so
   * @throws IOException when the attempt is called off
   */
  @Nullable Outcome<V> await(OpeningAttempt opening) throws IOException {
    Runnable wake = this::wake;
    opening.cancellation().onCancel(wake);
    lock.lock();
    try {
      while (outcome == null) {
        if (opening.cancellation().isCancelled()) {
          throw new IOException("Closed");
        }
        long nanos = opening.remainingNanos();
        if (nanos <= 0) {
          return null;
        }
        opening.attempt().timekeeper().await(changed, nanos);
      }
      return outcome;
    } catch (InterruptedException e) {
      throw Interruption.asIOException(e);
    } finally {
      lock.unlock();
      opening.cancellation().forget(wake);
    }
  }

  /** Asks the code to end, since nobody waits for it any more. It need not obey. */
  void abandon() {
    thread.interrupt();
  }

  /** Ends the waits with {@code failure}, and asks the code to end. */
  void giveUp(Throwable failure) {
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

  /** The first outcome counts. */
  private void complete(Outcome<V> result) {
    lock.lock();
    try {
      outcome = outcome != null ? outcome : result;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whatever is thrown belongs to the thread that waits. */
  private static <V> Outcome<V> run(Callable<V> code) {
    try {
      return new Outcome<>(code.call(), null);
    } catch (Throwable failure) {
      return new Outcome<>(null, failure);
    }
  }
}
