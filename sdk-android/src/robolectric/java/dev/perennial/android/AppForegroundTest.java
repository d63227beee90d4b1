package dev.perennial.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.os.Looper;
import dev.perennial.StreamState;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(sdk = {26, 34})
public class AppForegroundTest {
  private static final Duration ALMOST = Duration.ofMillis(AppForeground.GRACE_MILLIS - 1);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final AppForeground foreground = AppForeground.of(RuntimeEnvironment.getApplication());
  private final RecordedSubscription subscription = new RecordedSubscription();
  private final ActivityController<Activity> activity =
      Robolectric.buildActivity(Activity.class).create();

  private static void passes(Duration time) {
    shadowOf(Looper.getMainLooper()).idleFor(time);
  }

  @Test
  public void whatIsBoundBeforeAnActivityStartsIsParkedUntilThen() {
    foreground.bind(subscription);
    assertFalse(foreground.isForeground());

    activity.start();

    assertTrue(foreground.isForeground());
    assertEquals(List.of("park", "unpark"), subscription.calls);
  }

  @Test
  public void isParkedWhenTheAppHasBeenAwayForAMoment() {
    activity.start();
    foreground.bind(subscription);

    activity.stop();
    passes(ALMOST);
    assertEquals(List.of(), subscription.calls);
    passes(MOMENT);
    assertEquals(List.of("park"), subscription.calls);
    assertFalse(foreground.isForeground());

    activity.start();
    assertEquals(List.of("park", "unpark"), subscription.calls);
  }

  @Test
  public void aRotationParksNothing() {
    activity.start().resume().visible();
    foreground.bind(subscription);

    activity.recreate();
    passes(Duration.ofMinutes(1));

    assertEquals(List.of("wake"), subscription.calls);
  }

  @Test
  public void theWayFromOneActivityToTheNextParksNothing() {
    activity.start();
    foreground.bind(subscription);
    ActivityController<Activity> next = Robolectric.buildActivity(Activity.class).create();

    next.start();
    activity.stop();
    passes(Duration.ofMinutes(1));
    assertEquals(List.of(), subscription.calls);

    next.stop();
    passes(ALMOST);
    activity.start(); // Back within the moment, by the clock that stands still in sleep.
    passes(Duration.ofMinutes(1));
    assertEquals(List.of("wake"), subscription.calls);
  }

  @Test
  public void whatWasClosedIsLeftAlone() {
    activity.start();
    BoundSubscription bound = foreground.bind(subscription);

    bound.close();
    bound.close();
    activity.stop();
    passes(Duration.ofMinutes(1));

    assertEquals(List.of("close", "close"), subscription.calls);
  }

  @Test
  public void aSubscriptionThatEndedByItselfIsNotParked() {
    activity.start();
    foreground.bind(subscription);

    subscription.state = new StreamState.Closed(null);
    activity.stop();
    passes(Duration.ofMinutes(1));
    activity.start();

    assertEquals(List.of(), subscription.calls);
  }

  @Test
  public void aSubscriptionThatEndedByItselfIsNotKept() {
    WeakReference<RecordedSubscription> ended = bindOneThatEnds();

    foreground.bind(subscription);

    long began = System.nanoTime();
    while (ended.get() != null) {
      System.gc();
      assertTrue("still kept", System.nanoTime() - began < TimeUnit.SECONDS.toNanos(20));
    }
  }

  private WeakReference<RecordedSubscription> bindOneThatEnds() {
    RecordedSubscription other = new RecordedSubscription();
    foreground.bind(other);
    other.state = new StreamState.Closed(null);
    return new WeakReference<>(other);
  }

  @Test
  public void isForTheMainThread() throws Exception {
    CompletableFuture<RuntimeException> refused = new CompletableFuture<>();
    Thread other =
        new Thread(
            () -> {
              try {
                foreground.bind(subscription);
                refused.complete(null);
              } catch (RuntimeException e) {
                refused.complete(e);
              }
            },
            "other");
    other.start();
    other.join();

    assertEquals(
        "Expected a call on the main thread but was on other", refused.join().getMessage());
    assertEquals(List.of(), subscription.calls);
  }
}
