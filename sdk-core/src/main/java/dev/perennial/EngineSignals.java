package dev.perennial;

import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where other threads meet the engine: what they want of it, and the connection that they close
 * under its feet to make it look up. The engine waits here and nowhere else, but for its reads.
 */
final class EngineSignals {
  private final Timekeeper time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Written with the lock held; read by any thread.
  private volatile boolean isClosing; // By the consumer.
  private volatile @Nullable Throwable failure; // Found by another thread; null when none was.
  private volatile boolean isDisturbed; // The engine is to look up from what it does.
  private volatile boolean isDone; // The engine has ended.
  private volatile boolean isWaitingForDemand;
  private volatile long generation; // The number of the current connection, or of the last one.
  private volatile @Nullable StreamConnection connection; // Null while there is none.

  // Guarded by lock.
  private boolean isStarted;
  private boolean isSealed; // The engine knows what it ends with.
  private boolean isParked;
  private boolean isWoken;
  private boolean isOffline;
  private @Nullable ConnectionEnd killed; // Null unless we closed the connection, and then why.

  /** The number of events that the engine may hand over. */
  interface Claim {
    long claim();
  }

  /** What has to be so for the subscription to be over. */
  interface Quiet {
    boolean isQuiet();
  }

  EngineSignals(Timekeeper time) {
    this.time = time;
  }

  // ---- The engine's thread ----

  /** False when the engine has begun before. */
  boolean begin() {
    lock.lock();
    try {
      boolean isFirst = !isStarted;
      isStarted = true;
      return isFirst;
    } finally {
      lock.unlock();
    }
  }

  /** From now on other threads close this connection. */
  void adopt(StreamConnection fresh, long number) {
    lock.lock();
    try {
      generation = number;
      connection = fresh;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the connection go; what was meant for it alone is forgotten. */
  void release() {
    lock.lock();
    try {
      connection = null;
      killed = null;
      isDisturbed = isParked || isEnding();
    } finally {
      lock.unlock();
    }
  }

  /** Why we closed the connection; null when the engine is to park or to end. */
  @Nullable ConnectionEnd killed() {
    lock.lock();
    try {
      return isParked || isEnding() ? null : killed;
    } finally {
      lock.unlock();
    }
  }

  boolean isParked() {
    lock.lock();
    try {
      return isParked && !isEnding();
    } finally {
      lock.unlock();
    }
  }

  /** Waits while parked; false when the subscription is to end. */
  boolean awaitUnparked() throws InterruptedException {
    lock.lock();
    try {
      while (isParked && !isEnding()) {
        time.await(changed, Nanos.FOREVER);
      }
      isDisturbed = isEnding();
      return !isDisturbed;
    } finally {
      lock.unlock();
    }
  }

  boolean isOffline() {
    lock.lock();
    try {
      return isOffline && !isDisturbed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while there is no network, or until disturbed; a wake until then is forgotten. */
  void awaitOnline() throws InterruptedException {
    lock.lock();
    try {
      while (isOffline && !isDisturbed) {
        time.await(changed, Nanos.FOREVER);
      }
      isWoken = false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is demand, and returns it; 0 when disturbed. */
  long awaitDemand(Claim demand) throws InterruptedException {
    lock.lock();
    try {
      isWaitingForDemand = true; // Before the look: who adds demand reads this after adding.
      while (!isDisturbed) {
        long claimed = demand.claim();
        if (claimed > 0) {
          return claimed;
        }
        time.await(changed, Nanos.FOREVER);
      }
      return 0;
    } finally {
      isWaitingForDemand = false;
      lock.unlock();
    }
  }

  /** A wake that came before this is forgotten. */
  void forgetWake() {
    lock.lock();
    try {
      isWoken = false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the time has come; true when woken before. Ends early when disturbed. */
  boolean awaitWake(long untilNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = untilNanos - time.nanoTime();
      while (left > 0 && !isWoken && !isDisturbed) {
        time.await(changed, left);
        left = untilNanos - time.nanoTime();
      }
      boolean woken = isWoken;
      isWoken = false;
      return woken && left > 0 && !isDisturbed;
    } finally {
      lock.unlock();
    }
  }

  /** From now on no failure is taken; returns the one that was, or null. */
  @Nullable Throwable seal() {
    lock.lock();
    try {
      isSealed = true;
      return failure;
    } finally {
      lock.unlock();
    }
  }

  void done() {
    lock.lock();
    try {
      isDone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---- Any thread ----

  boolean isDisturbed() {
    return isDisturbed;
  }

  boolean isClosing() {
    return isClosing;
  }

  boolean isEnding() {
    return isClosing || failure != null;
  }

  boolean isWaitingForDemand() {
    return isWaitingForDemand;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  long generation() {
    return generation;
  }

  @Nullable StreamConnection connection() {
    return connection;
  }

  /** The engine, or who waits for its end, is to look again. Takes no lock while it is busy. */
  void outletChanged() {
    if (isWaitingForDemand || isDone) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * The consumer ends the subscription.
   *
   * @param ifUnstarted runs when the engine has not begun, and perhaps never will
   */
  void close(Runnable ifUnstarted) {
    StreamConnection closing;
    boolean isUnstarted;
    lock.lock();
    try {
      if (isClosing || isDone) {
        return;
      }
      isClosing = true;
      isUnstarted = !isStarted;
      closing = disturb();
    } finally {
      lock.unlock();
    }
    close(closing);
    if (isUnstarted) {
      ifUnstarted.run();
    }
  }

  /**
   * Ends the subscription with a failure that another thread found.
   *
   * @return false when it ends or has ended with something else
   */
  boolean fail(Throwable cause) {
    StreamConnection closing;
    lock.lock();
    try {
      if (isEnding() || isSealed) {
        return false;
      }
      failure = cause;
      closing = disturb();
    } finally {
      lock.unlock();
    }
    close(closing);
    return true;
  }

  void park() {
    StreamConnection closing;
    lock.lock();
    try {
      if (isParked || isEnding()) {
        return;
      }
      isParked = true;
      closing = disturb();
    } finally {
      lock.unlock();
    }
    close(closing);
  }

  void unpark() {
    lock.lock();
    try {
      isParked = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The network is there, or gone; whether that is news. */
  boolean online(boolean isOnline) {
    lock.lock();
    try {
      boolean isNews = isOffline == isOnline;
      isOffline = !isOnline;
      changed.signalAll();
      return isNews;
    } finally {
      lock.unlock();
    }
  }

  void wake() {
    lock.lock();
    try {
      isWoken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends one connection, unless it has ended by itself. */
  void kill(long number, ConnectionEnd why) {
    StreamConnection closing;
    lock.lock();
    try {
      if (generation != number || connection == null || isDisturbed) {
        return;
      }
      killed = why;
      closing = disturb();
    } finally {
      lock.unlock();
    }
    close(closing);
  }

  /** Waits until the engine has ended and its outlet is quiet; false when the time has passed. */
  boolean awaitDone(long nanos, Quiet outlet) throws InterruptedException {
    long began = time.nanoTime();
    lock.lock();
    try {
      while (!isDone || !outlet.isQuiet()) {
        long left = nanos == Nanos.FOREVER ? nanos : nanos - (time.nanoTime() - began);
        if (left <= 0) {
          return false;
        }
        time.await(changed, left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held; returns what the caller is to close without it. */
  private @Nullable StreamConnection disturb() {
    isDisturbed = true;
    changed.signalAll();
    return connection;
  }

  private static void close(@Nullable StreamConnection connection) {
    if (connection != null) {
      connection.close();
    }
  }
}
