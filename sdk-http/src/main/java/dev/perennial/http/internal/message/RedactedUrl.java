package dev.perennial.http.internal.message;

import okhttp3.HttpUrl;

/** A URL as messages may show it: its user info, query and fragment may hold secrets. */
public final class RedactedUrl {
  private static final int MAX_TEXT_CHARS = 200;

  private RedactedUrl() {}

  public static String of(HttpUrl url) {
    return url.newBuilder().username("").password("").query(null).fragment(null).build().toString();
  }

  /** Returns what may be shown of a text that is not a URL but was meant to be one. */
  public static String ofText(String text) {
    String shown = text.split("[?#]", 2)[0];
    int userInfoEnd = shown.lastIndexOf('@');
    if (userInfoEnd >= 0) {
      int schemeEnd = shown.indexOf("://");
      String scheme = schemeEnd >= 0 ? shown.substring(0, schemeEnd + 3) : "";
      shown = scheme + shown.substring(userInfoEnd + 1);
    }
    return shown.length() > MAX_TEXT_CHARS ? shown.substring(0, MAX_TEXT_CHARS) + "…" : shown;
  }
}
