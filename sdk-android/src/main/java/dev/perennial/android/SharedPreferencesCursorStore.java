package dev.perennial.android;

import android.content.SharedPreferences;
import dev.perennial.CursorStore;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the cursor in {@link SharedPreferences}, under a separate key for each stream. A save is on
 * disk when it returns; a thread of the subscription makes it, never the main thread.
 *
 * <p>A cursor reveals how far a reader has read: exclude the file from backups if it must not be
 * restored on another device.
 *
 * @since 0.1.0
 */
public final class SharedPreferencesCursorStore implements CursorStore {
  private final SharedPreferences preferences;
  private final String key;

  /** Creates the store of one stream in {@code preferences}. Reads nothing yet. */
  public SharedPreferencesCursorStore(SharedPreferences preferences, String key) {
    this.preferences = Objects.requireNonNull(preferences, "preferences");
    this.key = Objects.requireNonNull(key, "key");
  }

  @Override
  public @Nullable String load() throws IOException {
    try {
      return preferences.getString(key, null);
    } catch (ClassCastException e) {
      throw new IOException(
          "Expected a cursor under the key \"" + key + "\" but another kind of value is there", e);
    }
  }

  @Override
  public void save(String checkpoint) throws IOException {
    if (!preferences.edit().putString(key, checkpoint).commit()) {
      throw new IOException("The preferences could not be written with the cursor \"" + key + "\"");
    }
  }

  /**
   * Two stores are equal if they have the same key of the same preferences, so that a second
   * subscription on them is refused.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SharedPreferencesCursorStore that
        && preferences.equals(that.preferences)
        && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return Objects.hash(preferences, key);
  }

  @Override
  public String toString() {
    return "SharedPreferencesCursorStore(" + key + ")";
  }
}
