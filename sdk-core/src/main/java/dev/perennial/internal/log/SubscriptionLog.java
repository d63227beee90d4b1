package dev.perennial.internal.log;

import dev.perennial.StreamException;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.StreamLog;
import dev.perennial.spi.StreamLog.Level;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of one subscription: one for the begin of an outage and one for its end, one for
 * a failure that ends the subscription unseen, and the rest at {@link Level#DEBUG}. An outage is a
 * run of failures as reconnecting counts them, so a server that accepts each connection and breaks
 * it is one outage. Messages are those of failures, which show no secrets.
 *
 * <p>Called by the engine thread, unless a method says otherwise.
 */
public final class SubscriptionLog {
  private static final long NEVER = Long.MIN_VALUE;

  /** A consumer that fails at each event has one warning in this time. */
  private static final long WARN_EVERY_NANOS = Nanos.of(Duration.ofMinutes(1));

  private final StreamLog log;
  private final Supplier<String> endpoint;
  private final Timekeeper time;

  /** The failure that ended the last connection, until its wait was logged; null for none. */
  private @Nullable StreamException newFailure;

  private int failedAttempts; // Of the outage that goes on, or of the last one.

  /** Whether an outage was logged and its end was not. */
  private boolean isOut;

  /** When a failed event was last worth a warning; {@link #NEVER} before the first. */
  private final AtomicLong warnedNanos = new AtomicLong(NEVER);

  private final AtomicBoolean isStoreReported = new AtomicBoolean();
  private final AtomicBoolean isEndReported = new AtomicBoolean();

  /**
   * The log of a subscription.
   *
   * @param endpoint as messages may show it; asked for each line, since some transports know it
   *     only when they have connected
   */
  public SubscriptionLog(StreamLog log, Supplier<String> endpoint, Timekeeper time) {
    this.log = log;
    this.endpoint = endpoint;
    this.time = time;
  }

  /** Writes a detail. */
  public void debug(Supplier<String> message) {
    write(Level.DEBUG, () -> endpoint.get() + ": " + message.get(), null);
  }

  /** The server accepted the subscription. */
  public void opened(long connection, long tookNanos) {
    debug(() -> "connection " + connection + " is open after " + Durations.ofNanos(tookNanos));
  }

  /**
   * A connection, or an attempt to make one, has ended.
   *
   * @param reason why
   * @param failure null after an orderly end
   */
  public void disconnected(StreamException.Reason reason, @Nullable StreamException failure) {
    newFailure = failure;
    debug(() -> "disconnected: " + (failure == null ? reason : words(failure)));
  }

  /**
   * The subscription waits before its next attempt.
   *
   * @param attempt the number of that attempt; 2 after the first failure of a run
   */
  public void waiting(int attempt, long delayNanos) {
    StreamException failure = newFailure;
    newFailure = null;
    boolean isFirst = failure != null && attempt <= 2;
    failedAttempts = failure != null ? attempt - 1 : failedAttempts;
    isOut |= isFirst;
    write(
        isFirst ? Level.INFO : Level.DEBUG,
        () ->
            endpoint.get()
                + (failure == null ? "" : " failed: " + words(failure) + ";")
                + " next attempt in "
                + Durations.ofNanos(delayNanos),
        null);
  }

  /** The server sent something. Called for each frame, so it only looks at a field as a rule. */
  public void signOfLife() {
    if (isOut) {
      isOut = false;
      int attempts = failedAttempts;
      write(
          Level.INFO,
          () ->
              endpoint.get()
                  + " is back after "
                  + attempts
                  + (attempts == 1 ? " failed attempt" : " failed attempts"),
          null);
    }
  }

  /** The store could not save the cursor. Any thread. */
  public void cursorNotSaved(StreamException failure) {
    Level level = isStoreReported.compareAndSet(false, true) ? Level.INFO : Level.DEBUG;
    write(level, () -> endpoint.get() + ": the cursor was not saved: " + words(failure), null);
  }

  /**
   * The consumer threw at an event, which is delivered again. Any thread.
   *
   * @param id null when the event has none
   */
  public void eventFailed(
      @Nullable String id, boolean isFirst, long delayNanos, StreamException failure) {
    Level level = isFirst && isWorthWarning() ? Level.WARN : Level.DEBUG;
    write(
        level,
        () ->
            endpoint.get()
                + ": "
                + eventOf(id)
                + " is delivered again in "
                + Durations.ofNanos(delayNanos)
                + ": "
                + words(failure),
        failure.getCause());
  }

  /** The consumer threw at an event, which is skipped. Any thread. */
  public void eventSkipped(@Nullable String id, StreamException failure) {
    write(
        isWorthWarning() ? Level.WARN : Level.DEBUG,
        () -> endpoint.get() + ": " + eventOf(id) + " was skipped: " + words(failure),
        failure.getCause());
  }

  private static String eventOf(@Nullable String id) {
    return id == null ? "an event without an id" : "the event " + id;
  }

  private boolean isWorthWarning() {
    long now = time.nanoTime();
    long before = warnedNanos.get();
    boolean isDue = before == NEVER || now - before >= WARN_EVERY_NANOS;
    return isDue && warnedNanos.compareAndSet(before, now);
  }

  /** The subscription has ended with what the consumer's code threw. Any thread. */
  public void consumerFailed(StreamException failure) {
    reportEnd(failure, failure);
  }

  /**
   * The subscription has ended with a failure that no callback has taken. Any thread. Its message
   * is redacted, but not what its causes say, which may repeat the server's data. A defect of this
   * library cannot be found without them.
   */
  public void failedUnseen(StreamException failure) {
    reportEnd(failure, failure.reason() == StreamException.Reason.INTERNAL ? failure : null);
  }

  private void reportEnd(StreamException failure, @Nullable Throwable trace) {
    if (isEndReported.compareAndSet(false, true)) {
      write(
          Level.WARN,
          () -> "The subscription to " + endpoint.get() + " has ended: " + words(failure),
          trace);
    }
  }

  private static String words(StreamException failure) {
    return failure.reason() + ": " + failure.getMessage();
  }

  /** A log that throws ends nothing. */
  private void write(Level level, Supplier<String> message, @Nullable Throwable failure) {
    try {
      if (log.isLogged(level)) {
        log.log(level, message.get(), failure);
      }
    } catch (Throwable thrown) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }
  }
}
