package dev.perennial.http;

import dev.perennial.spi.Attempt;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** The same request for each attempt: nothing of it can hang, fail or change. */
record FixedRequest(Request request) implements RequestSource {

  static FixedRequest of(String url) {
    HttpUrl parsed = HttpUrl.parse(url);
    if (parsed == null) {
      throw new IllegalArgumentException(
          "url must start with http:// or https:// and name a host but was \""
              + RedactedUrl.ofText(url)
              + "\"");
    }
    return new FixedRequest(new Request.Builder().url(parsed).build());
  }

  @Override
  public Request request(Attempt attempt) {
    return request;
  }

  String endpoint() {
    return RedactedUrl.of(request.url());
  }

  /** Without the request's secrets. */
  @Override
  public String toString() {
    return endpoint();
  }
}
