package dev.perennial.cli.console;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Handles Ctrl-C: stops the running command and gives it up to two seconds to print its result.
 * Thread-safe.
 */
public final class InterruptHandler {
  private static final long GRACE_MILLIS = 2_000;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private Runnable action = () -> {};

  @GuardedBy("lock")
  private boolean isInterrupted;

  /** Returns a handler that is interrupted when the JVM shuts down, such as on Ctrl-C. */
  public static InterruptHandler ofProcess() {
    InterruptHandler handler = new InterruptHandler();
    Runtime.getRuntime().addShutdownHook(new Thread(handler::shutDown, "perennial-interrupt"));
    return handler;
  }

  private void shutDown() {
    if (finished.getCount() == 0) {
      return;
    }
    interrupt();
    try {
      // A command that does not end in time is cut off.
      boolean unused = finished.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sets what to run on an interrupt, in place of what was set before. If the interrupt has already
   * happened, {@code newAction} runs at once on this thread.
   */
  public void onInterrupt(Runnable newAction) {
    lock.lock();
    try {
      action = newAction;
      if (!isInterrupted) {
        return;
      }
    } finally {
      lock.unlock();
    }
    newAction.run();
  }

  /** Interrupts the command, as Ctrl-C does. */
  public void interrupt() {
    Runnable toRun;
    lock.lock();
    try {
      isInterrupted = true;
      toRun = action;
    } finally {
      lock.unlock();
    }
    toRun.run();
  }

  public boolean isInterrupted() {
    lock.lock();
    try {
      return isInterrupted;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the process end: the command has written everything. */
  public void finished() {
    finished.countDown();
  }
}
