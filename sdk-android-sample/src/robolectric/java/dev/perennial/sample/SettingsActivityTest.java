package dev.perennial.sample;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.security.NetworkSecurityPolicy;
import android.widget.EditText;
import android.widget.RadioGroup;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;

@RunWith(RobolectricTestRunner.class)
@Config(
    sdk = {26, 34},
    shadows = SettingsActivityTest.OnlyLoopbackInClear.class)
public class SettingsActivityTest {
  @Rule public final RequiresResources compiled = new RequiresResources();

  private static final String WSS = "wss://example.com/feed";

  private ActivityController<SettingsActivity> controller;

  @Before
  public void begin() {
    controller = Robolectric.buildActivity(SettingsActivity.class).setup();
  }

  private EditText endpoint() {
    return controller.get().findViewById(R.id.endpoint);
  }

  private String saving(String endpoint, int transport) {
    endpoint().setText(endpoint);
    ((RadioGroup) controller.get().findViewById(R.id.transport)).check(transport);
    controller.get().findViewById(R.id.save).performClick();
    CharSequence error = endpoint().getError();
    return error == null ? null : error.toString();
  }

  private static FeedSettings saved() {
    return FeedSettings.load(RuntimeEnvironment.getApplication());
  }

  @Test
  public void showsWhatIsFollowed() {
    assertEquals(FeedSettings.DEFAULT.endpoint(), endpoint().getText().toString());
    assertEquals(
        R.id.transport_sse,
        ((RadioGroup) controller.get().findViewById(R.id.transport)).getCheckedRadioButtonId());
  }

  @Test
  public void savesAndLeaves() {
    assertNull(saving("  " + WSS + " ", R.id.transport_websocket));

    assertEquals(new FeedSettings(WSS, FeedTransport.WEBSOCKET), saved());
    assertTrue(controller.get().isFinishing());
  }

  @Test
  public void whatWasTypedOutlivesARotation() {
    endpoint().setText("https://half.typed");

    controller.recreate();

    assertEquals("https://half.typed", endpoint().getText().toString());
  }

  @Test
  public void saysWhatIsWrongAndStays() {
    assertEquals("An address is needed", saving(" ", R.id.transport_sse));
    assertEquals(
        "Expected an address such as https://example.com but was " + WSS,
        saving(WSS, R.id.transport_sse));
    assertEquals(
        "Expected an address such as wss://example.com/feed but was feed",
        saving("feed", R.id.transport_websocket));
    assertEquals(
        "This app sends nothing unencrypted to example.com: expected https or wss",
        saving("http://example.com/feed", R.id.transport_ndjson));
    assertEquals(
        "This app sends nothing unencrypted to example.com: expected https or wss",
        saving("ws://example.com/feed", R.id.transport_websocket));

    assertEquals(FeedSettings.DEFAULT, saved());
    assertFalse(controller.get().isFinishing());
  }

  @Test
  public void aServerOnThisDeviceNeedsNoEncryption() {
    assertNull(saving("http://127.0.0.1:8080/feed", R.id.transport_sse));
  }

  @Test
  public void theFeedLeadsHere() {
    try (ActivityController<FeedActivity> feed =
        Robolectric.buildActivity(FeedActivity.class).create()) {
      shadowOf(feed.get()).clickMenuItem(R.id.settings);

      Intent next = shadowOf(feed.get()).getNextStartedActivity();
      assertEquals(SettingsActivity.class.getName(), next.getComponent().getClassName());
    }
  }

  /** What res/xml/network_security.xml says; only the system reads the file itself. */
  @Implements(NetworkSecurityPolicy.class)
  public static class OnlyLoopbackInClear {
    @Implementation
    protected static NetworkSecurityPolicy getInstance() {
      return org.robolectric.shadow.api.Shadow.newInstanceOf(NetworkSecurityPolicy.class);
    }

    @Implementation
    protected boolean isCleartextTrafficPermitted(String host) {
      return host.equals("127.0.0.1");
    }
  }
}
