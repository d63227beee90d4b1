package dev.perennial.http.internal.message;

import okhttp3.HttpUrl;

/** A URL as messages may show it: its user info, query and fragment may hold secrets. */
public final class RedactedUrl {
  private static final int MAX_TEXT_CHARS = 200;

  private RedactedUrl() {}

  public static String of(HttpUrl url) {
    return url.newBuilder().username("").password("").query(null).fragment(null).build().toString();
  }

  /** As {@link #of(HttpUrl)}, in the scheme of WebSockets (RFC 6455, 3). */
  public static String ofWebSocket(HttpUrl url) {
    return "ws" + of(url).substring("http".length());
  }

  /** Returns what may be shown of a text that is not a URL but was meant to be one. */
  public static String ofText(String text) {
    int schemeEnd = text.indexOf("://");
    String scheme = schemeEnd >= 0 ? text.substring(0, schemeEnd + 3) : "";
    int cut = indexOfQueryOrFragment(text);
    int userInfoEnd = text.lastIndexOf('@');
    if (userInfoEnd > cut) { // It is in the query, or the cut is in the password.
      return shortened(scheme) + "…";
    }
    String shown = text.substring(0, cut);
    return shortened(userInfoEnd >= 0 ? scheme + shown.substring(userInfoEnd + 1) : shown);
  }

  private static int indexOfQueryOrFragment(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '?' || text.charAt(i) == '#') {
        return i;
      }
    }
    return text.length();
  }

  private static String shortened(String text) {
    return text.length() > MAX_TEXT_CHARS ? text.substring(0, MAX_TEXT_CHARS) + "…" : text;
  }
}
