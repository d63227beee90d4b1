package dev.perennial.conformance.scenario;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how late this machine runs what is due. On a busy machine threads wait for a processor,
 * and a sound client looks slow. Measures on a thread of its own until it is closed.
 */
public final class TimerLateness implements MachineLoad {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** A reply passes about five threads, each of them this late, and the least delays are 20 ms. */
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final long NEVER = -1;

  private final long startNanos = System.nanoTime();
  private volatile long busyAtNanos = NEVER;
  private volatile boolean isClosed;

  TimerLateness() {}

  /** Starts to measure. */
  public static TimerLateness measure() {
    TimerLateness lateness = new TimerLateness();
    Thread thread = new Thread(lateness::run, "perennial-conformance-load");
    thread.setDaemon(true);
    thread.start();
    return lateness;
  }

  private void run() {
    while (!isClosed) {
      long began = now();
      LockSupport.parkNanos(PERIOD_NANOS);
      paused(began, now());
    }
  }

  /** Notes when a pause of one period began and ended. */
  void paused(long beganNanos, long endedNanos) {
    if (endedNanos - beganNanos - PERIOD_NANOS >= BUSY_NANOS) {
      busyAtNanos = endedNanos;
    }
  }

  @Override
  public long now() {
    return System.nanoTime() - startNanos;
  }

  @Override
  public boolean wasBusySince(long nanos) {
    return busyAtNanos >= nanos;
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
