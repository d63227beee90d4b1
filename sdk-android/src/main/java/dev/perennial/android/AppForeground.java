package dev.perennial.android;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parks subscriptions while the app is in the background, and resumes them from their cursor when
 * it comes to the front.
 *
 * <p>The app is in the background when none of its activities has been started for 700 ms, so a
 * rotation or the way from one activity to the next parks nothing. Make one in {@link
 * Application#onCreate}, before any activity. All methods are for the main thread.
 */
public final class AppForeground {

  /** Longer than an activity takes to be made anew. */
  static final long GRACE_MILLIS = 700;

  private final Handler handler = new Handler(Looper.getMainLooper());
  private final Runnable leave = this::leave;
  private final Set<BoundSubscription> bound = new LinkedHashSet<>();
  private int startedActivities;
  private boolean isForeground;

  private AppForeground() {}

  /** Begins to watch the activities of {@code application}, for as long as the process lives. */
  public static AppForeground of(Application application) {
    requireMainThread();
    AppForeground foreground = new AppForeground();
    application.registerActivityLifecycleCallbacks(foreground.new Activities());
    return foreground;
  }

  /** Whether the app is in front, or left it less than 700 ms ago. */
  public boolean isForeground() {
    requireMainThread();
    return isForeground;
  }

  /**
   * Parks {@code subscription} whenever the app is in the background, by now too, until the result
   * is closed. Whoever binds it leaves {@link StreamSubscription#park} and {@code unpark} to this.
   */
  public BoundSubscription bind(StreamSubscription subscription) {
    requireMainThread();
    forgetEnded();
    BoundSubscription binding = new BoundSubscription(this, subscription);
    bound.add(binding);
    if (!isForeground) {
      subscription.park();
    }
    return binding;
  }

  void forget(BoundSubscription binding) {
    requireMainThread();
    bound.remove(binding);
  }

  /** Forgets the subscriptions that ended by themselves and were not closed. */
  private void forgetEnded() {
    bound.removeIf(binding -> binding.get().state() instanceof StreamState.Closed);
  }

  private void activityStarted() {
    startedActivities++;
    if (startedActivities > 1) {
      return;
    }
    handler.removeCallbacks(leave);
    boolean wasAway = !isForeground;
    isForeground = true;
    forgetEnded();
    for (BoundSubscription binding : bound) {
      if (wasAway) {
        binding.get().unpark();
      } else {
        binding.get().wake(); // The device may have slept before the app was known to be away.
      }
    }
  }

  private void activityStopped() {
    startedActivities--;
    if (startedActivities == 0) {
      handler.postDelayed(leave, GRACE_MILLIS);
    }
  }

  private void leave() {
    isForeground = false;
    forgetEnded();
    for (BoundSubscription binding : bound) {
      binding.get().park();
    }
  }

  static void requireMainThread() {
    Looper main = Looper.getMainLooper();
    if (!Objects.equals(Looper.myLooper(), main)) {
      throw new IllegalStateException(
          "Expected a call on the main thread but was on " + Thread.currentThread().getName());
    }
  }

  private final class Activities implements Application.ActivityLifecycleCallbacks {
    @Override
    public void onActivityStarted(Activity activity) {
      activityStarted();
    }

    @Override
    public void onActivityStopped(Activity activity) {
      activityStopped();
    }

    @Override
    public void onActivityCreated(Activity activity, @Nullable Bundle state) {}

    @Override
    public void onActivityResumed(Activity activity) {}

    @Override
    public void onActivityPaused(Activity activity) {}

    @Override
    public void onActivitySaveInstanceState(Activity activity, Bundle state) {}

    @Override
    public void onActivityDestroyed(Activity activity) {}
  }
}
