package dev.perennial.sample;

import android.content.res.Resources;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the banner says of a state.
 *
 * @param words for people
 * @param color the resource of the dot's color, which only repeats what the words say
 * @param isFinal whether nothing follows unless somebody tries again
 */
record Banner(String words, int color, boolean isFinal) {

  /**
   * The banner of {@code state}.
   *
   * @param left how long a wait takes from now; null when that is not known
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
