package dev.perennial.sample;

import static org.junit.Assert.assertEquals;
import static org.robolectric.Shadows.shadowOf;

import android.view.View;
import android.widget.EditText;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeWebSocketServer;
import java.time.Duration;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowToast;

/** Runs the app over the transports other than server-sent events. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34)
public class WebSocketFeedTest {
  @Rule public final RequiresResources compiled = new RequiresResources();

  private final FakeEventLog log = FakeEventLog.create();

  private static ActivityController<FeedActivity> opens(String endpoint, FeedTransport transport) {
    new FeedSettings(endpoint, transport).save(RuntimeEnvironment.getApplication());
    ActivityController<FeedActivity> controller =
        Robolectric.buildActivity(FeedActivity.class).setup();
    showsLive(controller.get());
    return controller;
  }

  private static void showsLive(FeedActivity activity) {
    Device.until("it is live", () -> Device.text(activity, R.id.state).equals("Live"));
  }

  private static void types(FeedActivity activity, String message) {
    ((EditText) activity.findViewById(R.id.message)).setText(message);
    activity.findViewById(R.id.send).performClick();
  }

  @Test
  public void aWebSocketTakesAndSendsMessagesAndResumes() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        ActivityController<FeedActivity> controller =
            opens(server.uri("/feed").toString(), FeedTransport.WEBSOCKET)) {
      FeedActivity activity = controller.get();
      assertEquals(View.VISIBLE, activity.findViewById(R.id.send_row).getVisibility());

      types(activity, "hello");
      assertEquals("hello", server.takeMessage(Duration.ofSeconds(10)).text());
      assertEquals("", Device.text(activity, R.id.message));

      log.append("one");
      Device.until("one event arrived", () -> Device.lines(activity).size() == 1);
      server.cutAll(Cut.RST);
      log.append("two");
      Device.until("two events arrived", () -> Device.lines(activity).size() == 2);
      assertEquals("1", server.requests().get(1).cursor());
    }
  }

  @Test
  public void aWebSocketSurvivesASwitchOfNetworks() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        ChaosProxy path = ChaosProxy.inFrontOf(server.uri("/").getPort());
        ActivityController<FeedActivity> controller =
            opens("ws://127.0.0.1:" + path.port() + "/feed", FeedTransport.WEBSOCKET)) {
      FeedActivity activity = controller.get();
      log.append("one");
      Device.until("one event arrived", () -> Device.lines(activity).size() == 1);

      path.blackHole(Direction.TO_CLIENT); // Nothing says that the path of the old network is gone.
      path.calm();
      log.append("two");
      Device.hasANetworkAgain();
      Device.passes(Duration.ofSeconds(5));

      Device.until("two events arrived", () -> Device.lines(activity).size() == 2);
      assertEquals("1", server.requests().get(1).cursor());
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  public void whatCannotBeSentIsKeptAndSaid() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        ActivityController<FeedActivity> controller =
            opens(server.uri("/feed").toString(), FeedTransport.WEBSOCKET)) {
      FeedActivity activity = controller.get();
      Device.losesItsNetwork();
      server.cutAll(Cut.RST);
      Device.until(
          "there is no network", () -> Device.text(activity, R.id.state).equals("No network"));

      types(activity, "hello");

      assertEquals("Not sent: there is no connection now", ShadowToast.getTextOfLatestToast());
      assertEquals("hello", Device.text(activity, R.id.message));
    }
  }

  @Test
  public void ndjsonIsALineAnEvent() throws Exception {
    try (FakeNdjsonServer server = FakeNdjsonServer.start(log);
        ActivityController<FeedActivity> controller =
            opens(server.uri("/feed").toString(), FeedTransport.NDJSON)) {
      FeedActivity activity = controller.get();
      assertEquals(View.GONE, activity.findViewById(R.id.send_row).getVisibility());
      log.append("one");

      Device.until("one event arrived", () -> Device.lines(activity).size() == 1);

      assertEquals("{\"id\":\"1\",\"data\":\"one\"}", Device.lines(activity).get(0));
    }
  }

  @Test
  public void otherSettingsAreFollowedWhenTheyWereSaved() throws Exception {
    FakeEventLog other = FakeEventLog.create();
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log);
        FakeNdjsonServer lines = FakeNdjsonServer.start(other);
        ActivityController<FeedActivity> controller =
            opens(server.uri("/feed").toString(), FeedTransport.WEBSOCKET)) {
      FeedActivity activity = controller.get();
      controller.pause().stop();
      new FeedSettings(lines.uri("/feed").toString(), FeedTransport.NDJSON).save(activity);

      controller.start().resume();

      Device.until("the first connection is closed", () -> server.liveConnections() == 0);
      showsLive(activity);
      other.append("one");
      Device.until("one event arrived", () -> Device.lines(activity).size() == 1);
      assertEquals(View.GONE, activity.findViewById(R.id.send_row).getVisibility());
      assertEquals(null, shadowOf(activity).getNextStartedActivity());
    }
  }
}
