package dev.perennial.cli.demo;

import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the subscription says of itself. Written by its thread, read by any. */
final class DemoObserver implements StreamObserver {

  /**
   * What has happened so far.
   *
   * @param isOpen whether a connection is open
   * @param openedNanos when it was opened; meaningful while open
   * @param attempt the number of the last attempt since reconnecting last succeeded for good
   * @param opened connections that were opened
   * @param ended connections and attempts that have ended
   * @param failedAttempts attempts that ended without having been open
   * @param suppressed duplicates that were suppressed
   * @param heartbeats signs of life that came
   * @param waits waits before an attempt
   * @param waited how long they were in all
   * @param longestWait the longest of them
   * @param lastReason why the last connection or attempt ended; null before
   */
  record Stats(
      boolean isOpen,
      long openedNanos,
      int attempt,
      long opened,
      long ended,
      long failedAttempts,
      long suppressed,
      long heartbeats,
      long waits,
      Duration waited,
      Duration longestWait,
      StreamException.@Nullable Reason lastReason) {}

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private boolean isOpen;
  private long openedNanos;
  private int attempt;
  private long opened;
  private long ended;
  private long failedAttempts;
  private long suppressed;
  private long heartbeats;
  private long waits;
  private Duration waited = Duration.ZERO;
  private Duration longestWait = Duration.ZERO;
  private StreamException.@Nullable Reason lastReason;

  Stats seen() {
    lock.lock();
    try {
      return new Stats(
          isOpen,
          openedNanos,
          attempt,
          opened,
          ended,
          failedAttempts,
          suppressed,
          heartbeats,
          waits,
          waited,
          longestWait,
          lastReason);
    } finally {
      lock.unlock();
    }
  }

  private void note(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onConnecting(StreamSubscription subscription, int newAttempt) {
    note(() -> attempt = newAttempt);
  }

  @Override
  public void onOpened(StreamSubscription subscription, Duration took) {
    note(
        () -> {
          isOpen = true;
          openedNanos = System.nanoTime();
          opened++;
        });
  }

  @Override
  public void onHeartbeat(StreamSubscription subscription, String comment) {
    note(() -> heartbeats++);
  }

  @Override
  public void onDuplicate(StreamSubscription subscription, String id) {
    note(() -> suppressed++);
  }

  @Override
  public void onDisconnected(
      StreamSubscription subscription,
      StreamException.Reason reason,
      @Nullable StreamException cause) {
    note(
        () -> {
          failedAttempts += isOpen ? 0 : 1;
          isOpen = false;
          ended++;
          lastReason = reason;
        });
  }

  @Override
  public void onRetryScheduled(StreamSubscription subscription, int nextAttempt, Duration delay) {
    note(
        () -> {
          waits++;
          waited = waited.plus(delay);
          longestWait = delay.compareTo(longestWait) > 0 ? delay : longestWait;
        });
  }
}
