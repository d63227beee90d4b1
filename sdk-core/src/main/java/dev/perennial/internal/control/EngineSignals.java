package dev.perennial.internal.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.CloseOccasion;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where other threads meet the engine. They make requests (close, fail, park, wake, end one
 * connection), and the engine thread waits here and nowhere else, except for its reads.
 *
 * <h2>Requests</h2>
 *
 * A request that the engine has to act on sets {@link #hasRequest} and closes the connection, which
 * ends a blocked read. The engine looks at the flag after each read and each wait. When it lets the
 * connection go ({@link #release}), a request that was meant for that connection only is forgotten;
 * parking and ending stay.
 *
 * <h2>The lock</h2>
 *
 * It guards a few flags and is held for a few instructions. Nothing foreign runs with it held: not
 * the condition that a wait is for, not the consumer's code, not {@link StreamConnection#close}. A
 * wait therefore looks at its condition without the lock, and {@link #version} closes the window
 * between that look and the wait: each change increments it, and a wait begins only if it is still
 * what it was before the look. {@link #changed} is called for each event by a consumer on another
 * thread, so it takes the lock only while somebody waits: the waiter sets {@link #isWaiting} before
 * it looks, and the caller makes its change before it reads the flag, so one of the two sees the
 * other.
 */
public final class EngineSignals {
  private final Timekeeper time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Written with the lock held; read by any thread.
  private volatile boolean isClosing; // By the consumer.
  private volatile @Nullable Throwable failure; // Found by another thread; null when none was.
  private volatile boolean hasRequest;
  private volatile boolean isDone;
  private volatile long number; // Of the current connection, or of the last one.
  private volatile @Nullable StreamConnection connection; // Null while there is none.
  private volatile @Nullable StreamConnection last; // The same, or the one before; null for none.
  private final AtomicLong version = new AtomicLong();

  private volatile boolean isWaiting; // Written by the engine thread.
  private final AtomicInteger awaitingValue = new AtomicInteger(); // Threads that do.

  @GuardedBy("lock")
  private boolean hasBegun;

  @GuardedBy("lock")
  private boolean isSealed;

  @GuardedBy("lock")
  private boolean isParked;

  @GuardedBy("lock")
  private boolean isWoken;

  @GuardedBy("lock")
  private boolean isOffline;

  /** Meaningful while woken: by a request to reconnect now. */
  @GuardedBy("lock")
  private boolean isHurried;

  /** Unlike {@link #isWoken}, it is not forgotten when a wait has ended. */
  @GuardedBy("lock")
  private boolean isWokenSinceAttempt;

  /** Why we closed the connection; null when we did not. */
  @GuardedBy("lock")
  private @Nullable ConnectionEnd killed;

  /** Runs the engine when it is closed before it began; null until it is ready to. */
  @GuardedBy("lock")
  private @Nullable Runnable unstarted;

  public EngineSignals(Timekeeper time) {
    this.time = time;
  }

  // ---- The engine thread ----

  /** Registers what runs the engine if it is closed before {@link #begin}. */
  public void ready(Runnable engine) {
    lock.lock();
    try {
      unstarted = engine;
    } finally {
      lock.unlock();
    }
  }

  /** Returns false when the engine has begun before. */
  public boolean begin() {
    lock.lock();
    try {
      boolean isFirst = !hasBegun;
      hasBegun = true;
      return isFirst;
    } finally {
      lock.unlock();
    }
  }

  /** Makes this connection the one that requests close. */
  public void adopt(StreamConnection fresh, long itsNumber) {
    lock.lock();
    try {
      number = itsNumber;
      connection = fresh;
      last = fresh;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the connection go, and with it requests that were meant for it only. */
  public void release() {
    lock.lock();
    try {
      connection = null;
      killed = null;
      hasRequest = isParked || isEnding();
    } finally {
      lock.unlock();
    }
  }

  /** Returns why the engine is to leave its connection. */
  public ConnectionEnd requestedEnd() {
    lock.lock();
    try {
      ConnectionEnd end = isParked || isEnding() ? null : killed;
      return end != null ? end : ConnectionEnd.ON_REQUEST;
    } finally {
      lock.unlock();
    }
  }

  public boolean isParked() {
    lock.lock();
    try {
      return isParked && !isEnding();
    } finally {
      lock.unlock();
    }
  }

  /** Waits while parked; false when the subscription is to end. */
  public boolean awaitUnparked() throws InterruptedException {
    lock.lock();
    try {
      while (isParked && !isEnding()) {
        time.await(changed, Nanos.FOREVER);
      }
      hasRequest = isEnding();
      return !hasRequest;
    } finally {
      lock.unlock();
    }
  }

  public boolean isOffline() {
    lock.lock();
    try {
      return isOffline && !hasRequest;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while there is no network; a wake until then is forgotten. Ends early on a request. */
  public void awaitOnline() throws InterruptedException {
    lock.lock();
    try {
      while (isOffline && !hasRequest) {
        time.await(changed, Nanos.FOREVER);
      }
      isWoken = false;
      isHurried = false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the condition holds; false on a request. */
  public boolean awaitUntil(BooleanSupplier condition) throws InterruptedException {
    isWaiting = true; // Before the look, see above.
    try {
      while (!hasRequest) {
        long seen = version.get();
        if (condition.getAsBoolean()) {
          return true;
        }
        awaitChange(seen, Nanos.FOREVER);
      }
      return false;
    } finally {
      isWaiting = false;
    }
  }

  /** Waits until the time has come, which may change meanwhile; false on a request. */
  public boolean awaitTime(LongSupplier dueNanos) throws InterruptedException {
    isWaiting = true; // Before the look, see above.
    try {
      while (!hasRequest) {
        long seen = version.get();
        long left = dueNanos.getAsLong() - time.nanoTime();
        if (left <= 0) {
          return true;
        }
        awaitChange(seen, left);
      }
      return false;
    } finally {
      isWaiting = false;
    }
  }

  /** Waits for a change after {@code seen}; may return early. */
  private void awaitChange(long seen, long nanos) throws InterruptedException {
    lock.lock();
    try {
      if (version.get() == seen && !hasRequest) {
        time.await(changed, nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the condition holds, also through a park; false when the subscription is to end.
   */
  public boolean awaitUnlessEnding(BooleanSupplier condition) throws InterruptedException {
    while (awaitUnparked()) {
      if (awaitUntil(condition)) {
        return true;
      }
    }
    return false;
  }

  /** Forgets a wake that came while a connection was open. */
  public void forgetWake() {
    lock.lock();
    try {
      isWoken = false;
      isHurried = false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the time has come; true when woken before. Ends early on a request. */
  public boolean awaitWake(long untilNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = untilNanos - time.nanoTime();
      while (left > 0 && !isWoken && !hasRequest) {
        time.await(changed, left);
        left = untilNanos - time.nanoTime();
      }
      boolean woken = isWoken;
      isWoken = false;
      return woken && left > 0 && !hasRequest;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the last wake was a request to reconnect now, and forgets that. */
  public boolean takeHurry() {
    lock.lock();
    try {
      boolean wasHurried = isHurried;
      isHurried = false;
      return wasHurried;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no failure from now on; returns the one that was found, or null. */
  public @Nullable Throwable seal() {
    lock.lock();
    try {
      isSealed = true;
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the wait of all who wait for the end. */
  public void done() {
    lock.lock();
    try {
      isDone = true;
      signal();
    } finally {
      lock.unlock();
    }
  }

  // ---- Any thread ----

  /** Whether the engine is to look up from what it does. */
  public boolean hasRequest() {
    return hasRequest;
  }

  public boolean isClosing() {
    return isClosing;
  }

  /** Whether the subscription is to end. */
  public boolean isEnding() {
    return isClosing || failure != null;
  }

  /** Whether the engine waits for the consumer. */
  public boolean isWaiting() {
    return isWaiting;
  }

  public @Nullable Throwable failure() {
    return failure;
  }

  /** The number of the current connection, or of the last one; 0 before the first. */
  public long number() {
    return number;
  }

  /** Makes whoever waits look at its condition again. */
  public void changed() {
    if (isWaiting || isDone || awaitingValue.get() > 0) {
      lock.lock();
      try {
        signal();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Closes the subscription for the consumer. */
  public void close() {
    StreamConnection closing;
    Runnable engine;
    lock.lock();
    try {
      if (isClosing || isDone) {
        return;
      }
      isClosing = true;
      engine = hasBegun ? null : unstarted;
      closing = request();
    } finally {
      lock.unlock();
    }
    close(closing, CloseOccasion.CLOSE);
    if (engine != null) {
      engine.run(); // Its executor has not begun it, and perhaps never will.
    }
  }

  /** Closes the subscription, and cuts a connection that still sends what was accepted. */
  public void closeNow() {
    close();
    StreamConnection cut = last;
    if (cut != null) {
      Callbacks.runLast(cut::closeNow);
    }
  }

  /**
   * Ends the subscription with a failure that another thread found.
   *
   * @return false when it ends or has ended with something else
   */
  public boolean fail(Throwable cause) {
    StreamConnection closing;
    lock.lock();
    try {
      if (isEnding() || isSealed) {
        return false;
      }
      failure = cause;
      closing = request();
    } finally {
      lock.unlock();
    }
    close(closing, CloseOccasion.FAILURE);
    return true;
  }

  public void park() {
    StreamConnection closing;
    lock.lock();
    try {
      if (isParked || isEnding()) {
        return;
      }
      isParked = true;
      closing = request();
    } finally {
      lock.unlock();
    }
    close(closing, CloseOccasion.PARK);
  }

  public void unpark() {
    lock.lock();
    try {
      isParked = false;
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** Notes whether there is a network; returns whether that has changed. */
  public boolean online(boolean isOnline) {
    lock.lock();
    try {
      boolean hasChanged = isOffline == isOnline;
      isOffline = !isOnline;
      signal();
      return hasChanged;
    } finally {
      lock.unlock();
    }
  }

  public void wake() {
    lock.lock();
    try {
      isWoken = true;
      isWokenSinceAttempt = true;
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #wake}, for one subscription alone: its wait need not be spread. */
  public void reconnectNow() {
    lock.lock();
    try {
      isHurried = true;
    } finally {
      lock.unlock();
    }
    wake();
  }

  /** Returns whether the engine was woken since the last call, whether it waited or not. */
  public boolean takeWake() {
    lock.lock();
    try {
      boolean wasWoken = isWokenSinceAttempt;
      isWokenSinceAttempt = false;
      return wasWoken;
    } finally {
      lock.unlock();
    }
  }

  /** Ends one connection, unless it has ended by itself. */
  public void kill(long itsNumber, ConnectionEnd why) {
    StreamConnection closing;
    lock.lock();
    try {
      if (number != itsNumber || connection == null || hasRequest) {
        return;
      }
      killed = why;
      closing = request();
    } finally {
      lock.unlock();
    }
    close(closing, why.occasion());
  }

  /** Waits until the engine has ended and {@code isQuiet}; false when the time has passed. */
  public boolean awaitDone(long nanos, BooleanSupplier isQuiet) throws InterruptedException {
    return await(nanos, () -> isDone && isQuiet.getAsBoolean() ? this : null) != null;
  }

  /**
   * Waits until {@code value} gives one, and returns it; null when the time has passed. It is asked
   * again after each {@link #changed}.
   */
  public <V> @Nullable V awaitValue(long nanos, Supplier<? extends @Nullable V> value)
      throws InterruptedException {
    awaitingValue.incrementAndGet(); // Before the look, see above.
    try {
      return await(nanos, value);
    } finally {
      awaitingValue.decrementAndGet();
    }
  }

  private <V> @Nullable V await(long nanos, Supplier<? extends @Nullable V> value)
      throws InterruptedException {
    long began = time.nanoTime();
    while (true) {
      long seen = version.get();
      V found = value.get();
      long left = nanos == Nanos.FOREVER ? nanos : nanos - (time.nanoTime() - began);
      if (found != null || left <= 0) {
        return found;
      }
      lock.lock();
      try {
        if (version.get() == seen) {
          time.await(changed, left);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Returns the connection that the caller has to close without the lock. */
  @GuardedBy("lock")
  private @Nullable StreamConnection request() {
    hasRequest = true;
    signal();
    return connection;
  }

  @GuardedBy("lock")
  private void signal() {
    version.incrementAndGet();
    changed.signalAll();
  }

  private static void close(@Nullable StreamConnection connection, CloseOccasion occasion) {
    if (connection != null) {
      Callbacks.runLast(() -> connection.close(occasion));
    }
  }
}
