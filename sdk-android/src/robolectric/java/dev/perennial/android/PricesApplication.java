package dev.perennial.android;

import android.app.Application;
import dev.perennial.StreamRuntime;

/** Holds what {@link PricesActivity}'s process has one of. */
public final class PricesApplication extends Application {
  static String url;

  String url() {
    return url;
  }

  // region application
  private AppForeground foreground;
  private StreamRuntime runtime;

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

  // endregion

  AppForeground foreground() {
    return foreground;
  }

  StreamRuntime runtime() {
    return runtime;
  }
}
