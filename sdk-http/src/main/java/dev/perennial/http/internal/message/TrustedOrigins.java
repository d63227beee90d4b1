package dev.perennial.http.internal.message;

import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;

/**
 * The origins, besides the first, that credentials and the caller's headers may be sent to. A
 * value.
 *
 * @param origins none by default
 */
public record TrustedOrigins(List<Origin> origins) {
  public static final TrustedOrigins NONE = new TrustedOrigins(List.of());

  private static final String ANY_SUBDOMAIN = "*.";

  /**
   * One origin, or those of all subdomains of a host.
   *
   * @param host without {@code *.}
   */
  public record Origin(String scheme, String host, int port, boolean isAnySubdomain) {
    boolean contains(HttpUrl url) {
      boolean isHost = isAnySubdomain ? url.host().endsWith("." + host) : url.host().equals(host);
      return isHost && url.scheme().equals(scheme) && url.port() == port;
    }
  }

  /**
   * Parses origins such as {@code https://a.example} and {@code https://*.example.com:8443}.
   *
   * @throws IllegalArgumentException when one is not an origin
   */
  public static TrustedOrigins of(List<String> texts) {
    List<Origin> origins = new ArrayList<>();
    for (String text : texts) {
      origins.add(parse(text));
    }
    return new TrustedOrigins(List.copyOf(origins));
  }

  private static Origin parse(String text) {
    int host = text.indexOf("://") + 3;
    boolean isAnySubdomain = text.startsWith(ANY_SUBDOMAIN, host);
    HttpUrl url =
        HttpUrl.parse(
            isAnySubdomain
                ? text.substring(0, host) + text.substring(host + ANY_SUBDOMAIN.length())
                : text);
    boolean isOrigin =
        url != null
            && url.equals(url.resolve("/"))
            && url.username().isEmpty()
            && url.password().isEmpty()
            && url.host().indexOf('*') < 0
            && (!isAnySubdomain || url.host().indexOf('.') > 0);
    if (url == null || !isOrigin) {
      throw new IllegalArgumentException(
          "trustOrigins must be origins such as https://a.example.com or https://*.example.com but"
              + " one was \""
              + RedactedUrl.ofText(text)
              + "\"");
    }
    return new Origin(url.scheme(), url.host(), url.port(), isAnySubdomain);
  }

  public boolean contain(HttpUrl url) {
    return origins.stream().anyMatch(origin -> origin.contains(url));
  }
}
