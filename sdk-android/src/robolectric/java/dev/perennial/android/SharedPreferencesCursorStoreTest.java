package dev.perennial.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import android.content.Context;
import android.content.SharedPreferences;
import java.io.IOException;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(sdk = {26, 34})
public class SharedPreferencesCursorStoreTest {
  private final SharedPreferences preferences = preferences("feed");

  private static SharedPreferences preferences(String name) {
    return RuntimeEnvironment.getApplication().getSharedPreferences(name, Context.MODE_PRIVATE);
  }

  @Test
  public void isEmptyAtFirst() throws Exception {
    assertNull(new SharedPreferencesCursorStore(preferences, "a").load());
  }

  @Test
  public void keepsACursorForEachKey() throws Exception {
    new SharedPreferencesCursorStore(preferences, "a").save("[{\"topic\":\"é\n\"}]");
    new SharedPreferencesCursorStore(preferences, "b").save("2");

    assertEquals(
        "[{\"topic\":\"é\n\"}]", new SharedPreferencesCursorStore(preferences("feed"), "a").load());
    assertEquals("2", new SharedPreferencesCursorStore(preferences("feed"), "b").load());
    assertNull(new SharedPreferencesCursorStore(preferences("other"), "a").load());
  }

  @Test
  public void saysWhatIsWrongWithAValueOfAnotherKind() {
    preferences.edit().putInt("a", 7).commit();

    IOException failure =
        assertThrows(
            IOException.class, () -> new SharedPreferencesCursorStore(preferences, "a").load());

    assertEquals(
        "Expected a cursor under the key \"a\" but another kind of value is there",
        failure.getMessage());
  }

  @Test
  public void isTheSameStoreForTheSameKey() {
    SharedPreferencesCursorStore store = new SharedPreferencesCursorStore(preferences, "a");

    assertEquals(store, new SharedPreferencesCursorStore(preferences("feed"), "a"));
    assertNotEquals(store, new SharedPreferencesCursorStore(preferences, "b"));
    assertNotEquals(store, new SharedPreferencesCursorStore(preferences("other"), "a"));
  }
}
