package dev.perennial.spi;

import java.util.concurrent.locks.Condition;

/**
 * The one seam of time: the clock, every wait and every timer of the engine go through it. The
 * default is the system's monotonic clock; tests put virtual time here, Android a clock that counts
 * deep sleep.
 *
 * @since 0.1.0
 */
public interface Timekeeper {

  /** A monotonic clock in nanoseconds; only differences mean anything. */
  long nanoTime();

  /**
   * Waits until {@code condition} is signalled or {@code nanos} have passed. The caller holds the
   * condition's lock and loops over what it waits for, since a wait may end for no reason.
   *
   * @param nanos how long to wait; {@link Long#MAX_VALUE} waits without limit
   * @return false when the time has passed
   * @throws InterruptedException when the waiting thread is interrupted
   */
  boolean await(Condition condition, long nanos) throws InterruptedException;

  /**
   * Runs {@code task} once on the timer's thread, {@code nanos} from now. Tasks are short and never
   * run user code.
   *
   * @return closes the timer; closing it late is harmless
   */
  Timer schedule(Runnable task, long nanos);

  /** A task that was scheduled. */
  @FunctionalInterface
  interface Timer extends AutoCloseable {

    /** Takes the task back when it did not run yet. Idempotent; never blocks. */
    @Override
    void close();
  }
}
