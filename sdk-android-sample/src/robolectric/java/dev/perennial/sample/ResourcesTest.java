package dev.perennial.sample;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.app.Application;
import android.content.res.Configuration;
import android.view.ContextThemeWrapper;
import android.view.LayoutInflater;
import android.view.View;
import android.widget.Button;
import android.widget.EditText;
import android.widget.ListView;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(
    sdk = {26, 34},
    application = Application.class)
public class ResourcesTest {
  @Rule public final RequiresResources compiled = new RequiresResources();

  private final ContextThemeWrapper context =
      new ContextThemeWrapper(RuntimeEnvironment.getApplication(), R.style.Sample);

  @Test
  public void namesTheAppByDay() {
    assertEquals("Perennial feed", context.getString(R.string.app_name));
    assertEquals(0xFF1B1F1D, context.getColor(R.color.text));
    assertEquals(Configuration.UI_MODE_NIGHT_NO, night());
  }

  @Test
  @Config(qualifiers = "night")
  public void namesTheAppByNight() {
    assertEquals("Perennial feed", context.getString(R.string.app_name));
    assertEquals(0xFFE6ECE9, context.getColor(R.color.text));
    assertEquals(Configuration.UI_MODE_NIGHT_YES, night());
  }

  @Test
  public void inflatesTheFeed() {
    View feed = LayoutInflater.from(context).inflate(R.layout.feed, null);

    assertTrue(feed.findViewById(R.id.lines) instanceof ListView);
  }

  @Test
  public void inflatesTheSettings() {
    View settings = LayoutInflater.from(context).inflate(R.layout.settings, null);

    assertTrue(settings.findViewById(R.id.endpoint) instanceof EditText);
    assertEquals("Save", ((Button) settings.findViewById(R.id.save)).getText());
  }

  @Test
  public void isThePackageThatTheManifestNames() throws Exception {
    Application application = RuntimeEnvironment.getApplication();

    assertEquals("dev.perennial.sample", application.getPackageName());
    assertEquals(34, application.getApplicationInfo().targetSdkVersion);
  }

  private int night() {
    return context.getResources().getConfiguration().uiMode & Configuration.UI_MODE_NIGHT_MASK;
  }
}
