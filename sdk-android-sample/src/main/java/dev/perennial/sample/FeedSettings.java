package dev.perennial.sample;

import android.content.Context;
import android.content.SharedPreferences;
import dev.perennial.CursorStore;
import dev.perennial.android.SharedPreferencesCursorStore;

/**
 * What to follow.
 *
 * @param endpoint an address that {@link EndpointCheck} has found good
 */
record FeedSettings(String endpoint, FeedTransport transport) {
  static final FeedSettings DEFAULT =
      new FeedSettings("https://stream.wikimedia.org/v2/stream/recentchange", FeedTransport.SSE);

  private static final String ENDPOINT = "endpoint";
  private static final String TRANSPORT = "transport";

  /** Loads what was saved; the default if nothing was, or a transport that is not known here. */
  static FeedSettings load(Context context) {
    SharedPreferences saved = settings(context);
    String endpoint = saved.getString(ENDPOINT, null);
    String transport = saved.getString(TRANSPORT, null);
    if (endpoint != null) {
      for (FeedTransport known : FeedTransport.values()) {
        if (known.name().equals(transport)) {
          return new FeedSettings(endpoint, known);
        }
      }
    }
    return DEFAULT;
  }

  void save(Context context) {
    settings(context)
        .edit()
        .putString(ENDPOINT, endpoint)
        .putString(TRANSPORT, transport.name())
        .apply();
  }

  /** A stream's own cursor, so that another endpoint is never asked to resume after it. */
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
