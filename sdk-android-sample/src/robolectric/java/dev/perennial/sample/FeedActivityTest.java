package dev.perennial.sample;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import android.os.Bundle;
import android.view.View;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowSystemClock;

/** The app as the system treats it, over server-sent events. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = {26, 34})
public class FeedActivityTest {
  @Rule public final RequiresResources compiled = new RequiresResources();

  private final FakeEventLog log = FakeEventLog.retaining(2);
  private FakeSseServer server;
  private ActivityController<FeedActivity> controller;

  @Before
  public void begin() throws Exception {
    server = FakeSseServer.start(log);
    new FeedSettings(server.uri("/feed").toString(), FeedTransport.SSE)
        .save(RuntimeEnvironment.getApplication());
    controller = Robolectric.buildActivity(FeedActivity.class);
  }

  @After
  public void end() {
    if (controller != null && !activity().isDestroyed()) {
      controller.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private FeedActivity activity() {
    return controller.get();
  }

  private void opens() {
    controller.setup();
    showsState("Live");
  }

  private void showsState(String words) {
    Device.shows(words, () -> Device.text(activity(), R.id.state));
  }

  private void shows(String... data) {
    Device.shows(List.of(data), this::list);
  }

  private List<String> list() {
    return Device.lines(activity());
  }

  private String cursorOfRequest(int index) {
    return server.requests().get(index).cursor();
  }

  private void goesToTheBackground() {
    controller.pause().stop();
    Device.passes(Duration.ofSeconds(1));
    isDisconnected();
  }

  private void isDisconnected() {
    Device.until("no connection is left", () -> server.liveConnections() == 0);
  }

  @Test
  public void showsEventsAndState() {
    opens();
    assertEquals(View.VISIBLE, activity().findViewById(R.id.nothing_yet).getVisibility());
    log.append("one");
    log.append("two");

    shows("one", "two");

    assertEquals(View.GONE, activity().findViewById(R.id.nothing_yet).getVisibility());
    assertEquals("2 events", Device.text(activity(), R.id.tally));
    assertEquals(View.GONE, activity().findViewById(R.id.send_row).getVisibility());
  }

  @Test
  public void aRotationKeepsTheConnectionAndTheList() {
    opens();
    log.append("one");
    shows("one");
    Feed feed = activity().feed();

    controller.recreate();
    log.append("two");

    shows("one", "two");
    assertSame(feed, activity().feed());
    Device.passes(Duration.ofMinutes(1));
    assertEquals(1, server.requests().size());
    assertEquals(1, server.liveConnections());
  }

  @Test
  public void inTheBackgroundItIsParkedAndAfterwardsNothingIsMissingOrTwice() {
    opens();
    log.append("one");
    shows("one");

    goesToTheBackground();
    log.append("two");
    log.append("three");
    Device.passes(Duration.ofMinutes(30));
    assertEquals(1, server.requests().size());

    controller.start().resume();

    shows("one", "two", "three");
    assertEquals("1", cursorOfRequest(1));
    showsState("Live");
  }

  @Test
  public void whatTheServerForgotMeanwhileIsShownAsAGap() {
    opens();
    log.append("one");
    shows("one");
    goesToTheBackground();
    for (int i = 2; i <= 20; i++) {
      log.append("event " + i); // The server keeps two.
    }

    controller.start().resume();

    shows("one", "Events are missing here", "event 19", "event 20");
    assertEquals("3 events · 1 gap of unknown size", Device.text(activity(), R.id.tally));
  }

  @Test
  public void withoutANetworkItWaitsWithoutAnAttemptAndResumesOnce() {
    opens();
    log.append("one");
    shows("one");

    Device.losesItsNetwork();
    server.cutAll(Cut.RST);
    showsState("No network");
    log.append("two");
    Device.passes(Duration.ofMinutes(10));
    assertEquals("No network", Device.text(activity(), R.id.state));
    assertEquals(1, server.requests().size());

    Device.hasANetworkAgain();

    shows("one", "two");
    assertEquals("1", cursorOfRequest(1));
    assertEquals(2, server.requests().size());
  }

  @Test
  public void aWaitThatTheDeviceSleptThroughIsOver() {
    opens();
    server.answerNext(503, List.of("Retry-After: 600"), "");
    server.cutAll(Cut.FIN);
    Device.until(
        () -> "it waits for 10 minutes or more: " + Device.text(activity(), R.id.state),
        () -> Device.text(activity(), R.id.state).matches("Waiting [67]\\d\\d s, then attempt 3"));
    assertEquals(2, server.requests().size());

    ShadowSystemClock.simulateDeepSleep(Duration.ofHours(1));

    showsState("Live"); // Without waiting for 10 minutes of the time in which nothing sleeps.
    assertEquals(3, server.requests().size());
  }

  @Test
  public void aConnectionThatTheDeviceSleptThroughIsMadeAnew() {
    opens();
    log.append("one");
    shows("one");

    controller.pause().stop(); // The device sleeps before the app is known to be away.
    ShadowSystemClock.simulateDeepSleep(Duration.ofHours(1));
    controller.start().resume();
    Device.until("it connects anew", () -> server.requests().size() == 2);
    log.append("two");

    shows("one", "two");
    assertEquals("1", cursorOfRequest(1));
  }

  @Test
  public void aNewProcessGoesOnAfterTheStoredCursor() {
    opens();
    log.append("one");
    log.append("two");
    shows("one", "two");
    Device.until("the cursor is on the disk", () -> cursorsOnDisk().contains(">2</string>"));
    Bundle saved = new Bundle();
    controller.pause().stop().saveInstanceState(saved);
    activity().feed().close(); // All that a dead process leaves is the disk.
    log.append("three");

    controller = Robolectric.buildActivity(FeedActivity.class).setup(saved);

    shows("three");
    assertEquals("2", cursorOfRequest(1));
  }

  private static String cursorsOnDisk() {
    Path directory = RuntimeEnvironment.getApplication().getDataDir().toPath();
    Path file = directory.resolve("shared_prefs").resolve("cursors.xml");
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // Being written.
    }
  }

  @Test
  public void aRefusalIsShownInWordsAndCanBeTriedAgain() {
    server.answerNext(404, List.of("Content-Type: text/plain"), "no such feed");
    controller.setup();
    Device.until(
        "the refusal is shown", () -> Device.text(activity(), R.id.state).startsWith("Ended: "));
    String words = Device.text(activity(), R.id.state);
    assertTrue(words, words.contains("404") && words.contains("no such feed"));
    View again = activity().findViewById(R.id.try_again);
    assertEquals(View.VISIBLE, again.getVisibility());

    again.performClick();

    showsState("Live");
    assertEquals(View.GONE, again.getVisibility());
  }

  @Test
  public void leavingTheAppClosesTheConnectionAndKeepsNothing() throws Exception {
    opens();
    log.append("one");
    shows("one");
    Feed feed = activity().feed();

    controller.pause().stop();
    activity().finish();
    controller.destroy();

    isDisconnected();
    assertTrue(feed.subscription().awaitClosed(Duration.ofSeconds(10)));
    WeakReference<FeedActivity> left = new WeakReference<>(activity());
    WeakReference<Feed> leftFeed = new WeakReference<>(feed);
    controller = null;
    feed = null;
    Device.until("the activity and its feed are garbage", () -> isGone(left) && isGone(leftFeed));
    controller = Robolectric.buildActivity(FeedActivity.class);
    assertNull(left.get());
  }

  @Test
  public void anActivityThatCouldNotStartIsDestroyedWithoutAnotherFailure() {
    new FeedSettings("no address", FeedTransport.SSE).save(RuntimeEnvironment.getApplication());
    assertThrows(IllegalArgumentException.class, controller::create);

    controller.destroy();

    assertTrue(activity().isDestroyed());
  }

  @Test
  public void theActivityBeforeARotationIsNotKept() {
    opens();
    WeakReference<FeedActivity> before = new WeakReference<>(activity());

    controller.recreate();

    Device.until("the activity is garbage", () -> isGone(before));
    showsState("Live");
  }

  private static boolean isGone(WeakReference<?> reference) {
    System.gc();
    return reference.get() == null;
  }
}
