package dev.perennial.sample;

import android.content.res.Resources;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the banner shows for a state.
 *
 * @param words the text for the user
 * @param color the resource of the dot's color, which only repeats the text
 * @param isFinal whether the stream stays ended unless the user tries again
 */
record Banner(String words, int color, boolean isFinal) {

  /**
   * Returns the banner for {@code state}.
   *
   * @param left the time left of a wait; null if unknown
   */
  static Banner of(StreamState state, @Nullable Duration left, Resources resources) {
    if (state instanceof StreamState.Connecting connecting) {
      int attempt = connecting.attempt();
      String words =
          attempt == 1
              ? resources.getString(R.string.state_connecting)
              : resources.getString(R.string.state_connecting_again, attempt);
      return new Banner(words, R.color.busy, false);
    } else if (state instanceof StreamState.Waiting waiting) {
      long seconds = seconds(left != null ? left : waiting.delay());
      String words = resources.getString(R.string.state_waiting, seconds, waiting.nextAttempt());
      return new Banner(words, R.color.busy, false);
    } else if (state instanceof StreamState.Closed closed) {
      return closed(closed.failure(), resources);
    } else if (state instanceof StreamState.Open) {
      return new Banner(resources.getString(R.string.state_live), R.color.live, false);
    } else if (state instanceof StreamState.Offline) {
      return new Banner(resources.getString(R.string.state_offline), R.color.away, false);
    }
    return new Banner(resources.getString(R.string.state_paused), R.color.away, false);
  }

  private static Banner closed(@Nullable StreamException failure, Resources resources) {
    if (failure == null) {
      return new Banner(resources.getString(R.string.state_over), R.color.away, true);
    }
    String words = resources.getString(R.string.state_failed, String.valueOf(failure.getMessage()));
    return new Banner(words, R.color.bad, true);
  }

  /** Rounded up, so that a wait never shows 0 s. */
  private static long seconds(Duration wait) {
    return Math.max(1, (wait.toMillis() + 999) / 1_000);
  }
}
