package dev.perennial.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.os.Looper;
import android.view.ViewGroup;
import android.widget.TextView;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;

/** Runs the code of the guide's page on Android. */
@RunWith(RobolectricTestRunner.class)
@Config(
    sdk = {26, 34},
    application = PricesApplication.class)
public class PricesActivityTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static void until(BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue("waited in vain", System.nanoTime() - began < PATIENCE_NANOS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      shadowOf(Looper.getMainLooper()).idleFor(Duration.ofMillis(5));
    }
  }

  private static String shown(ActivityController<PricesActivity> screen) {
    ViewGroup content = screen.get().findViewById(android.R.id.content);
    return ((TextView) content.getChildAt(0)).getText().toString();
  }

  @Test
  public void showsPricesIsParkedInTheBackgroundAndResumes() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    try (FakeSseServer server = FakeSseServer.start(log)) {
      PricesApplication.url = server.uri("/prices").toString();
      ActivityController<PricesActivity> screen =
          Robolectric.buildActivity(PricesActivity.class).setup();
      until(() -> "live".contentEquals(screen.get().getTitle()));
      log.append("gold 2400");
      until(() -> shown(screen).equals("gold 2400"));

      screen.pause().stop();
      until(() -> server.liveConnections() == 0);
      log.append("gold 2401");
      screen.start().resume();
      until(() -> shown(screen).equals("gold 2401"));
      assertEquals("1", server.requests().get(1).cursor());

      screen.pause().stop().destroy();
      until(() -> server.liveConnections() == 0);
    }
  }
}
