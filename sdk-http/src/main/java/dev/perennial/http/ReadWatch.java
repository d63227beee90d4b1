package dev.perennial.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.Timekeeper.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Ends a read whose time is up although the body's own limit did not end it: an interceptor of the
 * caller may have wrapped the body in a source that knows no limit.
 *
 * <p>There is one timer for a connection, whatever the number of its reads. It is set again when it
 * fires too early for the read that is under way then, or when a read must end before it.
 *
 * <p>The thread that reads calls {@link #begin} and {@link #end}; any thread {@link #close}.
 */
final class ReadWatch {

  /** How much earlier the body's own limit is, so that the two do not race. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Timekeeper timekeeper;
  private final Runnable cancel;

  private final ReentrantLock lock = new ReentrantLock();

  /** When the read must have ended; meaningful while {@link #isReading}. */
  @GuardedBy("lock")
  private long endNanos;

  @GuardedBy("lock")
  private boolean isReading;

  @GuardedBy("lock")
  private boolean isExpired;

  @GuardedBy("lock")
  private boolean isClosed;

  /** Whether a timer is set, or about to be. */
  @GuardedBy("lock")
  private boolean isArmed;

  /** When it fires; meaningful while {@link #isArmed}. */
  @GuardedBy("lock")
  private long firesNanos;

  /** Null when there is none, or it is about to be set. */
  @GuardedBy("lock")
  private @Nullable Timer timer;

  /**
   * Makes a watch without a timer.
   *
   * @param cancel ends the read; runs on the timer's thread, at most once
   */
  ReadWatch(Timekeeper timekeeper, Runnable cancel) {
    this.timekeeper = timekeeper;
    this.cancel = cancel;
  }

  /** Watches the read that begins now, which may take {@code limitNanos}. */
  void begin(long limitNanos) {
    long now = timekeeper.nanoTime();
    long end = now + limitNanos + GRACE_NANOS;
    Timer late;
    lock.lock();
    try {
      isReading = true;
      endNanos = end;
      if (isClosed || (isArmed && firesNanos - end <= 0)) {
        return;
      }
      isArmed = true;
      firesNanos = end;
      late = timer;
      timer = null;
    } finally {
      lock.unlock();
    }
    if (late != null) {
      late.close();
    }
    arm(end, now);
  }

  /** Notes that the read has ended. */
  void end() {
    lock.lock();
    try {
      isReading = false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a read was ended because its time was up. */
  boolean hasExpired() {
    lock.lock();
    try {
      return isExpired;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the timer back. Idempotent. */
  void close() {
    Timer pending;
    lock.lock();
    try {
      isClosed = true;
      pending = timer;
      timer = null;
    } finally {
      lock.unlock();
    }
    if (pending != null) {
      pending.close();
    }
  }

  private void arm(long atNanos, long now) {
    Timer armed = timekeeper.schedule(() -> fire(atNanos), atNanos - now);
    lock.lock();
    try {
      if (!isClosed && isArmed && firesNanos == atNanos) {
        timer = armed;
        return;
      }
    } finally {
      lock.unlock();
    }
    armed.close();
  }

  private void fire(long atNanos) {
    long now = timekeeper.nanoTime();
    long end;
    lock.lock();
    try {
      if (isClosed || !isArmed || firesNanos != atNanos) {
        return;
      }
      timer = null;
      end = endNanos;
      isExpired = isReading && end - now <= 0;
      isArmed = isReading && !isExpired;
      firesNanos = end;
      if (!isReading) {
        return;
      }
    } finally {
      lock.unlock();
    }
    if (end - now <= 0) {
      cancel.run();
    } else {
      arm(end, now);
    }
  }
}
