package dev.perennial.http;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import okhttp3.OkHttpClient;

/** Streams over HTTP: one exchange for each connection. */
final class HttpTransport implements Transport {
  private final HttpOptions options;
  private final StreamingClient client = new StreamingClient();

  HttpTransport(HttpOptions options) {
    this.options = options;
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

  @Override
  public String toString() {
    return "HttpTransport(" + endpoint() + ")";
  }
}
