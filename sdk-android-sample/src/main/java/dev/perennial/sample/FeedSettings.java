package dev.perennial.sample;

import android.content.Context;
import android.content.SharedPreferences;
import dev.perennial.CursorStore;
import dev.perennial.android.SharedPreferencesCursorStore;

/**
 * Which stream to follow.
 *
 * @param endpoint an address that {@link EndpointCheck} has accepted
 */
record FeedSettings(String endpoint, FeedTransport transport) {
  static final FeedSettings DEFAULT =
      new FeedSettings("https://stream.wikimedia.org/v2/stream/recentchange", FeedTransport.SSE);

  private static final String ENDPOINT = "endpoint";
  private static final String TRANSPORT = "transport";

  /**
   * Loads the saved settings, or the default if none were saved or this version does not know their
   * transport.
   */
  static FeedSettings load(Context context) {
    SharedPreferences saved = settings(context);
    String endpoint = saved.getString(ENDPOINT, null);
    String transport = saved.getString(TRANSPORT, null);
    if (endpoint == null || transport == null) {
      return DEFAULT;
    }
    try {
      return new FeedSettings(endpoint, FeedTransport.valueOf(transport));
    } catch (IllegalArgumentException e) { // Saved by a version with more transports.
      return DEFAULT;
    }
  }

  void save(Context context) {
    settings(context)
        .edit()
        .putString(ENDPOINT, endpoint)
        .putString(TRANSPORT, transport.name())
        .apply();
  }

  /**
   * Each stream has its own cursor, so that no server is asked to resume after another server's
   * event.
   */
  CursorStore cursorStore(Context context) {
    return new SharedPreferencesCursorStore(cursors(context), key());
  }

  private String key() {
    return transport + " " + endpoint;
  }

  private static SharedPreferences settings(Context context) {
    return context.getSharedPreferences("settings", Context.MODE_PRIVATE);
  }

  private static SharedPreferences cursors(Context context) {
    return context.getSharedPreferences("cursors", Context.MODE_PRIVATE);
  }
}
