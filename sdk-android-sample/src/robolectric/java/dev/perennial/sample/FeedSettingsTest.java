package dev.perennial.sample;

import static org.junit.Assert.assertEquals;

import android.app.Application;
import android.content.Context;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(sdk = {26, 34})
public class FeedSettingsTest {
  private final Application app = RuntimeEnvironment.getApplication();

  @Test
  public void loadsWhatWasSaved() {
    FeedSettings settings = new FeedSettings("https://example.com/feed", FeedTransport.NDJSON);

    settings.save(app);

    assertEquals(settings, FeedSettings.load(app));
  }

  @Test
  public void aTransportThatThisVersionDoesNotKnowLoadsTheDefault() {
    new FeedSettings("https://example.com/feed", FeedTransport.NDJSON).save(app);

    app.getSharedPreferences("settings", Context.MODE_PRIVATE)
        .edit()
        .putString("transport", "MQTT")
        .commit();

    assertEquals(FeedSettings.DEFAULT, FeedSettings.load(app));
  }
}
