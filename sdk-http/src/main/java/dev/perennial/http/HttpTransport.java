package dev.perennial.http;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Streams that begin with an HTTP exchange, one for each connection. */
final class HttpTransport implements Transport {
  private final HttpOptions options;
  private final Connections connections;
  private final StreamingClient client;

  /** Host and port of the request that was made last; null before the first. Any thread. */
  private volatile @Nullable String lastHost;

  /** Makes what reads the stream that an exchange opens. */
  @FunctionalInterface
  interface Connections {

    /** Without I/O, as {@link Transport#newConnection}. */
    StreamConnection newConnection(HttpTransport transport, Attempt attempt);
  }

  HttpTransport(HttpOptions options, Connections connections) {
    this.options = options;
    this.connections = connections;
    this.client = new StreamingClient(options.version());
  }

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return connections.newConnection(this, attempt);
  }

  /** The client for an attempt; the first call may make it, which takes a while. */
  OkHttpClient clientFor(Attempt attempt) {
    OkHttpClient own = options.client();
    return client.derivedFrom(own != null ? own : SharedClient.of(attempt.runtime()));
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
