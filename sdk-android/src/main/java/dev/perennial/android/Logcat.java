package dev.perennial.android;

import android.util.Log;
import dev.perennial.spi.StreamLog;
import org.jspecify.annotations.Nullable;

/**
 * Writes what happens to subscriptions to logcat, with the tag {@code Perennial}. It is found by
 * itself when this library is in the app; {@code setprop log.tag.Perennial DEBUG} shows each step,
 * {@code ASSERT} shows nothing.
 */
public final class Logcat implements StreamLog {
  private static final String TAG = "Perennial";

  /** For the {@link java.util.ServiceLoader}. */
  public Logcat() {}

  @Override
  public boolean isLogged(Level level) {
    return Log.isLoggable(TAG, priority(level));
  }

  @Override
  public void log(Level level, String message, @Nullable Throwable failure) {
    String trace = failure == null ? "" : "\n" + Log.getStackTraceString(failure);
    Log.println(priority(level), TAG, message + trace);
  }

  private static int priority(Level level) {
    return switch (level) {
      case DEBUG -> Log.DEBUG;
      case INFO -> Log.INFO;
      case WARN -> Log.WARN;
    };
  }
}
