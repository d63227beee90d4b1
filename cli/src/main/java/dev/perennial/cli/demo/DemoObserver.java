package dev.perennial.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the subscription reports about itself. The thread of the subscription writes, any
 * thread may read.
 */
final class DemoObserver implements StreamObserver {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private boolean isOpen;

  @GuardedBy("lock")
  private long openedNanos;

  @GuardedBy("lock")
  private int attempt;

  @GuardedBy("lock")
  private long opened;

  @GuardedBy("lock")
  private long ended;

  @GuardedBy("lock")
  private long failedAttempts;

  @GuardedBy("lock")
  private long suppressed;

  @GuardedBy("lock")
  private long waits;

  @GuardedBy("lock")
  private Duration waited = Duration.ZERO;

  @GuardedBy("lock")
  private Duration longestWait = Duration.ZERO;

  SubscriptionStats stats() {
    lock.lock();
    try {
      return new SubscriptionStats(
          isOpen,
          openedNanos,
          attempt,
          opened,
          ended,
          failedAttempts,
          suppressed,
          waits,
          waited,
          longestWait);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onConnecting(StreamSubscription subscription, int newAttempt) {
    lock.lock();
    try {
      attempt = newAttempt;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onOpened(StreamSubscription subscription, Duration took) {
    lock.lock();
    try {
      isOpen = true;
      openedNanos = System.nanoTime();
      opened++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onDuplicate(StreamSubscription subscription, String id) {
    lock.lock();
    try {
      suppressed++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onDisconnected(
      StreamSubscription subscription,
      StreamException.Reason reason,
      @Nullable StreamException cause) {
    lock.lock();
    try {
      failedAttempts += isOpen ? 0 : 1;
      isOpen = false;
      ended++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onRetryScheduled(StreamSubscription subscription, int nextAttempt, Duration delay) {
    lock.lock();
    try {
      waits++;
      waited = waited.plus(delay);
      longestWait = delay.compareTo(longestWait) > 0 ? delay : longestWait;
    } finally {
      lock.unlock();
    }
  }
}
