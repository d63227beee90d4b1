package dev.perennial.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Replaces an open connection whose path is gone: the network is another one, and no byte has come
 * since. Only time in which the connection is read counts.
 *
 * <p>One check is pending at a time. It is about the first change of the network that no byte has
 * followed, so that a network that changes all the time does not put it off.
 */
final class PathCheck {
  /**
   * How long the connection may be silent. With the time to connect, a connection is replaced
   * within 5 seconds.
   */
  static final Duration GRACE = Duration.ofSeconds(4);

  private static final long GRACE_NANOS = Nanos.of(GRACE);

  private final StreamConnection connection;
  private final BooleanSupplier isReading;
  private final Timekeeper time;
  private final Runnable replace;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private boolean isClosed;

  @GuardedBy("lock")
  private boolean isPending;

  /** Null before the first check. */
  @GuardedBy("lock")
  private Timekeeper.@Nullable Timer timer;

  /** The change that the pending check is about; meaningful while there is one. */
  @GuardedBy("lock")
  private long changedNanos;

  @GuardedBy("lock")
  private long lastChangedNanos;

  /**
   * A check that does nothing yet.
   *
   * @param isReading whether a read of the connection is under way; any thread may ask
   * @param replace ends the connection; called on the timer thread
   */
  PathCheck(
      StreamConnection connection, BooleanSupplier isReading, Timekeeper time, Runnable replace) {
    this.connection = connection;
    this.isReading = isReading;
    this.time = time;
    this.replace = replace;
  }

  /** The network is another one. Any thread. */
  void networkChanged() {
    long now = time.nanoTime();
    boolean isFirst;
    lock.lock();
    try {
      isFirst = !isPending && !isClosed;
      isPending |= isFirst;
      changedNanos = isFirst ? now : changedNanos;
      lastChangedNanos = now;
    } finally {
      lock.unlock();
    }
    if (isFirst) {
      checkAfter(GRACE_NANOS);
    }
  }

  private void checkAfter(long nanos) {
    Timekeeper.Timer next = time.schedule(this::check, nanos);
    lock.lock();
    try {
      if (!isClosed) {
        timer = next;
        return;
      }
    } finally {
      lock.unlock();
    }
    next.close();
  }

  private void check() {
    long lastByteNanos = connection.lastByteNanos();
    long waitingSinceNanos = connection.waitingSinceNanos();
    boolean isWaiting = isReading.getAsBoolean();
    long now = time.nanoTime();
    long leftNanos;
    lock.lock();
    try {
      if (lastByteNanos - changedNanos >= 0) {
        changedNanos = lastChangedNanos;
        isPending = lastByteNanos - changedNanos < 0;
      }
      if (!isPending || isClosed) {
        return;
      }
      long since = isWaiting ? Nanos.later(changedNanos, waitingSinceNanos) : now;
      leftNanos = GRACE_NANOS - (now - since);
    } finally {
      lock.unlock();
    }
    if (leftNanos > 0) {
      checkAfter(leftNanos);
    } else {
      replace.run();
    }
  }

  /** Ends all checks. Any thread; idempotent. */
  void close() {
    Timekeeper.Timer pending;
    lock.lock();
    try {
      isClosed = true;
      pending = timer;
    } finally {
      lock.unlock();
    }
    if (pending != null) {
      pending.close();
    }
  }
}
