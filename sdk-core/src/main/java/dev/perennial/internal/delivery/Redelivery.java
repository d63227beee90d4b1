package dev.perennial.internal.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import dev.perennial.StreamException;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.retry.ConsumerFailures;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decides and reports what follows when the consumer throws at an event, and wakes the delivery
 * when the event is due again. Used by one drain at a time, except for {@link #stop}. No thread
 * waits for the delay: there is a timer, and the delivery keeps the event.
 */
public final class Redelivery {
  /** When to ask the runtime again for a thread that it did not have. */
  private static final long NO_THREAD_NANOS = Nanos.of(Duration.ofSeconds(1));

  /** What follows. */
  enum Step {
    /** The subscription ends. */
    FAIL,
    /** The event counts as processed. */
    SKIP,
    /** The event is delivered again when the timer of {@link #arm} is due. */
    RETRY
  }

  private final ConsumerFailures failures;
  private final Executor runtime;
  private final Timekeeper time;

  private volatile @Nullable EventReports reports; // Null before the engine begins.
  private volatile long delayNanos; // Before the event is due.

  private final ReentrantLock lock = new ReentrantLock();

  /** Null before the first failure. */
  @GuardedBy("lock")
  private Timekeeper.@Nullable Timer timer;

  @GuardedBy("lock")
  private boolean isStopped;

  public Redelivery(ConsumerFailures failures, Executor runtime, Timekeeper time) {
    this.failures = failures;
    this.runtime = runtime;
    this.time = time;
  }

  /** Learns where to report, before anything is delivered. */
  public void begin(EventReports itsReports) {
    reports = itsReports;
  }

  /** The event was processed. */
  void handled() {
    failures.over();
  }

  /**
   * Decides what follows, and reports it unless the subscription ends.
   *
   * @throws CallbackException what an observer threw, which ends the subscription
   */
  Step after(Event<?> event, CallbackException thrown) throws CallbackException {
    if (!isRepeatable(thrown.getCause())) {
      return Step.FAIL;
    }
    StreamException failure = thrown.asStreamException();
    long next = next(failure);
    if (next == ConsumerFailures.FAIL) {
      return Step.FAIL;
    }
    EventReports to = Objects.requireNonNull(reports);
    if (next == ConsumerFailures.SKIP) {
      to.skipped(event, failure);
      failures.over();
      return Step.SKIP;
    }
    to.retry(event, failures.failures(), next, failure);
    delayNanos = next;
    return Step.RETRY;
  }

  /** An error of the program or of the virtual machine stays; an interrupt says to stop. */
  private static boolean isRepeatable(@Nullable Throwable cause) {
    return cause instanceof Exception && !(cause instanceof InterruptedException);
  }

  private long next(StreamException failure) {
    try {
      return failures.next(failure);
    } catch (RuntimeException ofCallersRule) {
      failure.addSuppressed(ofCallersRule);
      return ConsumerFailures.FAIL;
    }
  }

  /** How often the consumer has thrown at the event. */
  int failures() {
    return failures.failures();
  }

  /** Runs {@code due} on a thread of the runtime when the event is due again. */
  void arm(Runnable due) {
    arm(due, delayNanos);
  }

  private void arm(Runnable due, long nanos) {
    Timekeeper.Timer next = time.schedule(() -> handOver(due), nanos);
    boolean isTooLate;
    lock.lock();
    try {
      isTooLate = isStopped;
      timer = next;
    } finally {
      lock.unlock();
    }
    if (isTooLate) {
      next.close();
    }
  }

  /** Runs on the timer's thread, which must not call the consumer. */
  private void handOver(Runnable due) {
    try {
      runtime.execute(due);
    } catch (RuntimeException refused) {
      arm(due, NO_THREAD_NANOS);
    }
  }

  /** The event is not delivered any more. Any thread. */
  void stop() {
    Timekeeper.Timer last;
    lock.lock();
    try {
      isStopped = true;
      last = timer;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close();
    }
  }
}
