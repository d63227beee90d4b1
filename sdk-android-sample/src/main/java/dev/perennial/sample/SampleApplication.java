package dev.perennial.sample;

import android.app.Activity;
import android.app.Application;
import dev.perennial.StreamRuntime;
import dev.perennial.android.AndroidNetworkMonitor;
import dev.perennial.android.AppForeground;
import dev.perennial.android.ElapsedRealtimeTimekeeper;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Holds what the process has one of. */
public final class SampleApplication extends Application {
  private @Nullable AppForeground foreground; // Null before onCreate.
  private @Nullable StreamRuntime runtime; // Null before onCreate.

  @Override
  public void onCreate() {
    super.onCreate();
    foreground = AppForeground.of(this);
    runtime =
        StreamRuntime.builder()
            .networkMonitor(new AndroidNetworkMonitor(this))
            .timekeeper(new ElapsedRealtimeTimekeeper())
            .build();
  }

  static SampleApplication of(Activity activity) {
    return (SampleApplication) activity.getApplication();
  }

  AppForeground foreground() {
    return Objects.requireNonNull(foreground, "foreground");
  }

  StreamRuntime runtime() {
    return Objects.requireNonNull(runtime, "runtime");
  }
}
