package dev.perennial.sample;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.content.res.Resources;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import java.time.Duration;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34)
public class BannerTest {
  @Rule public final RequiresResources compiled = new RequiresResources();

  private final Resources resources = RuntimeEnvironment.getApplication().getResources();
  private final StreamState waiting =
      new StreamState.Waiting(7, Duration.ofSeconds(30), StreamState.DelayRule.BACKOFF, Reason.RESET, null);

  private Banner banner(StreamState state, Duration left) {
    return Banner.of(state, left, resources);
  }

  private String words(StreamState state) {
    return banner(state, null).words();
  }

  @Test
  public void saysEachStateInWords() {
    assertEquals("Connecting", words(new StreamState.Connecting(1)));
    assertEquals("Connecting, attempt 3", words(new StreamState.Connecting(3)));
    assertEquals("Live", words(new StreamState.Open(1, false)));
    assertEquals("No network", words(new StreamState.Offline()));
    assertEquals("Paused", words(new StreamState.Parked()));
    assertEquals("The stream has ended", words(new StreamState.Closed(null)));
  }

  @Test
  public void countsAWaitDownInWholeSeconds() {
    assertEquals("Waiting 30 s, then attempt 7", banner(waiting, null).words());
    assertEquals("Waiting 4 s, then attempt 7", banner(waiting, Duration.ofMillis(3_001)).words());
    assertEquals("Waiting 1 s, then attempt 7", banner(waiting, Duration.ZERO).words());
  }

  @Test
  public void offersToTryAgainOnlyAtTheEnd() {
    assertTrue(banner(new StreamState.Closed(null), null).isFinal());
    assertFalse(banner(waiting, null).isFinal());
    assertFalse(banner(new StreamState.Offline(), null).isFinal());
  }
}
