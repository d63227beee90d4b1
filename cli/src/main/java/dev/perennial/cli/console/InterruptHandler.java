package dev.perennial.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Ctrl-C: ends what runs, and gives it a moment to say where it had come to. */
public final class InterruptHandler {
  private static final long GRACE_MILLIS = 2_000;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private Runnable action = () -> {};
  private boolean isInterrupted;

  /** An interrupt that comes when the process is asked to end. */
  public static InterruptHandler ofProcess() {
    InterruptHandler interrupt = new InterruptHandler();
    Runtime.getRuntime().addShutdownHook(new Thread(interrupt::shutDown, "perennial-interrupt"));
    return interrupt;
  }

  private void shutDown() {
    if (finished.getCount() == 0) {
      return;
    }
    interrupt();
    try {
      // Nothing is left to do about a command that does not end in time.
      boolean unused = finished.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What to do when it comes; done at once when it has come already. */
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

  /** The command has written all that it had to. */
  public void finished() {
    finished.countDown();
  }
}
