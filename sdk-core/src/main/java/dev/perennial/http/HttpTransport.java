package dev.perennial.http;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Streams over HTTP: one exchange for each connection. */
final class HttpTransport implements Transport {
  private final HttpOptions options;
  private final StreamingClient client;

  /** Host and port of the request that was made last; null before the first. Any thread. */
  private volatile @Nullable String lastHost;

  HttpTransport(HttpOptions options) {
    this.options = options;
    this.client = new StreamingClient(options.version());
  }

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return new HttpConnection(this, options, attempt);
  }

  /** The client for an attempt; the first call may make it, which takes a while. */
  OkHttpClient clientFor(Attempt attempt) {
    OkHttpClient own = options.client();
    return client.derivedFrom(own != null ? own : attempt.runtime().client());
  }

  @Override
  public String endpoint() {
    return options.source() instanceof FixedRequest fixed
        ? fixed.endpoint()
        : Transport.super.endpoint();
  }

  /** A request is about to be made. */
  void asks(HttpUrl url) {
    lastHost = hostOf(url);
  }

  /** Of a request source it is known once it has made a request, which is before any retry. */
  @Override
  public String host() {
    if (options.source() instanceof FixedRequest fixed) {
      return hostOf(fixed.request().url());
    }
    String last = lastHost;
    return last != null ? last : Transport.super.host();
  }

  private static String hostOf(HttpUrl url) {
    return url.host() + ":" + url.port();
  }

  @Override
  public boolean hasCredentials() {
    return options.authorizer() != null;
  }

  @Override
  public String toString() {
    return "HttpTransport(" + endpoint() + ")";
  }
}
