package dev.perennial.android;

import android.os.Handler;
import android.os.Looper;
import android.os.SystemClock;
import dev.perennial.EventStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks on the app's main thread, for {@link EventStream#withDeliveryOn}.
 *
 * <p>{@link #atMostEvery} leaves the main thread free between its runs: each run delivers all
 * signals that have arrived since, up to 64, so a busy stream costs one pass for each frame and not
 * one for each event.
 *
 * @since 0.1.0
 */
public final class MainThreadExecutor implements Executor {
  private final Handler handler = new Handler(Looper.getMainLooper());
  private final long pauseMillis;

  /** When the last task began, by the clock of {@link Handler}. Written by the main thread. */
  private volatile long lastMillis;

  private MainThreadExecutor(long pauseMillis) {
    this.pauseMillis = pauseMillis;
    this.lastMillis = SystemClock.uptimeMillis() - pauseMillis;
  }

  /** Runs each task as soon as the main thread is free. */
  public static MainThreadExecutor atOnce() {
    return new MainThreadExecutor(0);
  }

  /**
   * Runs a task at once if none ran during the last {@code pause}, and otherwise when the pause is
   * over. Use one for each subscription: the tasks of another one would count too.
   *
   * @param pause for example 16 ms, one frame of most screens; whole milliseconds from 1 ms to 1 s
   */
  public static MainThreadExecutor atMostEvery(Duration pause) {
    if (pause.compareTo(Duration.ofMillis(1)) < 0 || pause.compareTo(Duration.ofSeconds(1)) > 0) {
      throw new IllegalArgumentException("pause must be from 1 ms to 1 s but was " + pause);
    }
    return new MainThreadExecutor(pause.toMillis());
  }

  @Override
  public void execute(Runnable task) {
    long due = Math.max(SystemClock.uptimeMillis(), lastMillis + pauseMillis);
    boolean isTaken =
        handler.postAtTime(
            () -> {
              lastMillis = SystemClock.uptimeMillis();
              task.run();
            },
            due);
    if (!isTaken) {
      throw new RejectedExecutionException("The main thread is about to end");
    }
  }
}
