package dev.perennial.sample;

import android.app.Activity;
import android.app.Application;
import dev.perennial.StreamRuntime;
import dev.perennial.android.AndroidNetworkMonitor;
import dev.perennial.android.AppForeground;
import dev.perennial.android.ElapsedRealtimeTimekeeper;
import dev.perennial.android.TaggedSocketFactory;
import dev.perennial.http.SharedClient;
import java.util.Objects;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Holds what the process has one of. */
public final class SampleApplication extends Application {
  /** Under which the system counts the traffic of streams. */
  private static final int TRAFFIC_TAG = 0x50;

  private @Nullable AppForeground foreground; // Null before onCreate.
  private @Nullable StreamRuntime runtime; // Null before onCreate.

  @Override
  public void onCreate() {
    super.onCreate();
    foreground = AppForeground.of(this);
    OkHttpClient client = SharedClient.of(StreamRuntime.shared());
    runtime =
        StreamRuntime.builder()
            .resource(
                OkHttpClient.class,
                client
                    .newBuilder()
                    .socketFactory(TaggedSocketFactory.of(TRAFFIC_TAG, client.socketFactory()))
                    .build())
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
