package dev.perennial.http;

import dev.perennial.http.internal.message.RedactedUrl;
import okhttp3.HttpUrl;

/** Reads the URL that a caller gives. */
final class StreamUrl {
  private StreamUrl() {}

  /**
   * Returns the URL.
   *
   * @param url in HTTP's scheme
   * @param given what the caller gave, for messages
   * @param schemes that a caller may use, for messages
   * @throws IllegalArgumentException when it is not one, or not the one that was meant
   */
  static HttpUrl parse(String url, String given, String schemes) {
    HttpUrl parsed = HttpUrl.parse(url);
    if (parsed == null) {
      throw new IllegalArgumentException(
          "url must start with "
              + schemes
              + " and name a host but was \""
              + RedactedUrl.ofText(given)
              + "\"");
    }
    String fragment = parsed.fragment();
    if (fragment != null && fragment.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "url must have %23 in place of a # in its user info, since a # ends the host, but was \""
              + RedactedUrl.ofText(given)
              + "\"");
    }
    return parsed;
  }
}
