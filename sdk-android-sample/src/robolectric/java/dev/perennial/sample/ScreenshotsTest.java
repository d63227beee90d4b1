package dev.perennial.sample;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.app.Activity;
import android.graphics.Bitmap;
import android.graphics.Canvas;
import android.text.Layout;
import android.view.View;
import android.widget.EditText;
import android.widget.TextView;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeWebSocketServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/**
 * Draws the screens as a device would, to {@code target/screenshots}, and checks that everything
 * fits.
 */
@RunWith(RobolectricTestRunner.class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = 34, qualifiers = "w360dp-h640dp-xhdpi")
public class ScreenshotsTest {
  @Rule public final RequiresResources compiled = new RequiresResources();

  private static final Path DIRECTORY = Path.of("target", "screenshots");
  private static final int FEWEST_COLORS = 20;

  private final FakeEventLog log = FakeEventLog.retaining(4);

  private ActivityController<FeedActivity> opens(String endpoint, FeedTransport transport) {
    new FeedSettings(endpoint, transport).save(RuntimeEnvironment.getApplication());
    return Robolectric.buildActivity(FeedActivity.class).setup();
  }

  private static void showsLive(Activity activity) {
    Device.shows("Live", () -> Device.text(activity, R.id.state));
  }

  private void appendPrices(int from, int to) {
    String[] names = {"Gold", "Silver", "Copper", "Nickel", "Zinc"};
    for (int i = from; i <= to; i++) {
      log.append("price", names[i % names.length] + " " + (100 + i));
    }
  }

  private static void shot(Activity activity, String name) throws IOException {
    View root = activity.getWindow().getDecorView();
    Bitmap picture =
        Bitmap.createBitmap(root.getWidth(), root.getHeight(), Bitmap.Config.ARGB_8888);
    root.draw(new Canvas(picture));
    assertTrue("nothing was drawn for " + name, colors(picture) >= FEWEST_COLORS);
    Files.createDirectories(DIRECTORY);
    try (OutputStream out = Files.newOutputStream(DIRECTORY.resolve(name + ".png"))) {
      picture.compress(Bitmap.CompressFormat.PNG, 100, out);
    }
  }

  private static int colors(Bitmap picture) {
    Set<Integer> colors = new HashSet<>();
    for (int x = 0; x < picture.getWidth(); x += 2) {
      for (int y = 0; y < picture.getHeight(); y += 2) {
        colors.add(picture.getPixel(x, y));
      }
    }
    return colors.size();
  }

  private void feedWithAGap(String name) throws IOException {
    try (FakeSseServer server = FakeSseServer.start(log);
        ActivityController<FeedActivity> controller =
            opens(server.uri("/prices").toString(), FeedTransport.SSE)) {
      FeedActivity activity = controller.get();
      showsLive(activity);
      appendPrices(1, 3);
      Device.until("three events arrived", () -> Device.lines(activity).size() == 3);
      controller.pause().stop();
      Device.passes(Duration.ofSeconds(1));
      Device.until("it is parked", () -> server.liveConnections() == 0);
      appendPrices(4, 20); // The server keeps four.
      controller.start().resume();
      Device.until("a gap and four events arrived", () -> Device.lines(activity).size() == 8);
      showsLive(activity);
      Device.passes(Duration.ofSeconds(1));

      shot(activity, name);
    }
  }

  @Test
  public void feedByDay() throws Exception {
    feedWithAGap("feed");
  }

  @Test
  @Config(qualifiers = "+night")
  public void feedByNight() throws Exception {
    feedWithAGap("feed-night");
  }

  private interface Look {
    void at(FeedActivity activity) throws IOException;
  }

  private void chatThatWaits(Look look) throws IOException {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        ActivityController<FeedActivity> controller =
            opens(server.uri("/chat").toString(), FeedTransport.WEBSOCKET)) {
      FeedActivity activity = controller.get();
      showsLive(activity);
      appendPrices(1, 4);
      Device.until("four events arrived", () -> Device.lines(activity).size() == 4);
      server.answerNext(503, List.of("Retry-After: 4"), "");
      server.cutAll(Cut.RST);
      Device.until(
          () -> "it waits: " + Device.text(activity, R.id.state),
          () -> Device.text(activity, R.id.state).startsWith("Waiting 4 s"));

      look.at(activity);
    }
  }

  @Test
  public void waiting() throws Exception {
    chatThatWaits(
        activity -> {
          ((EditText) activity.findViewById(R.id.message)).setText("How is gold?");
          shot(activity, "waiting");
        });
  }

  @Test
  public void settings() throws Exception {
    try (ActivityController<SettingsActivity> controller =
        Robolectric.buildActivity(SettingsActivity.class).setup()) {
      Device.passes(Duration.ofSeconds(1));

      shot(controller.get(), "settings");
    }
  }

  @Test
  public void largeTextIsNotCutOff() throws Exception {
    RuntimeEnvironment.setFontScale(2);
    chatThatWaits(
        activity -> {
          shot(activity, "large-text");
          for (int view : new int[] {R.id.state, R.id.summary, R.id.send}) {
            fits(activity.findViewById(view));
          }
        });
  }

  private static void fits(TextView view) {
    Layout layout = view.getLayout();
    int last = layout.getLineCount() - 1;
    assertEquals("cut with dots", 0, layout.getEllipsisCount(last));
    assertTrue("cut below", layout.getHeight() <= view.getHeight());
    assertTrue("cut at the side", layout.getLineWidth(last) <= view.getWidth());
  }
}
