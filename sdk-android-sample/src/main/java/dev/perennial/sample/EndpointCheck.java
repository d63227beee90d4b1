package dev.perennial.sample;

import android.content.res.Resources;
import android.security.NetworkSecurityPolicy;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Explains what is wrong with an address that the user typed. */
final class EndpointCheck {
  private final Resources resources;

  EndpointCheck(Resources resources) {
    this.resources = resources;
  }

  /** Returns what is wrong with {@code endpoint}, or null if nothing is. */
  @Nullable String problem(String endpoint, FeedTransport transport) {
    if (endpoint.isEmpty()) {
      return resources.getString(R.string.endpoint_missing);
    }
    HttpUrl url = HttpUrl.parse(asHttp(endpoint, transport));
    if (url == null) {
      String example =
          transport == FeedTransport.WEBSOCKET ? "wss://example.com/feed" : "https://example.com";
      return resources.getString(R.string.endpoint_malformed, example, endpoint);
    }
    boolean isAllowed =
        url.isHttps()
            || NetworkSecurityPolicy.getInstance().isCleartextTrafficPermitted(url.host());
    return isAllowed ? null : resources.getString(R.string.endpoint_cleartext, url.host());
  }

  /** A WebSocket's address may begin with http or ws; any other address stays as it is. */
  private static String asHttp(String endpoint, FeedTransport transport) {
    boolean isSocket = transport == FeedTransport.WEBSOCKET;
    boolean hasSocketScheme = endpoint.startsWith("ws:") || endpoint.startsWith("wss:");
    return isSocket && hasSocketScheme ? "http" + endpoint.substring("ws".length()) : endpoint;
  }
}
