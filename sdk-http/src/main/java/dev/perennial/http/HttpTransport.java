package dev.perennial.http;

import dev.perennial.StreamSubscription;
import dev.perennial.http.internal.connection.StreamPools;
import dev.perennial.http.internal.exchange.BegunStreams;
import dev.perennial.http.internal.exchange.FirstAnswer;
import dev.perennial.http.internal.exchange.HttpExchange;
import dev.perennial.http.internal.exchange.HttpOptions;
import dev.perennial.http.internal.exchange.StreamingClient;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Makes streams that begin with an HTTP exchange, one for each connection. */
final class HttpTransport implements Transport, HttpExchange.Context {

  /** Makes a connection that reads the stream of an exchange. */
  @FunctionalInterface
  interface Connections {

    /** Without I/O, as {@link Transport#newConnection}. */
    StreamConnection newConnection(HttpExchange exchange, Attempt attempt);

    /** As {@link Transport#ended}. By default nothing is done. */
    default void ended(StreamSubscription subscription) {}
  }

  private final RequestSource source;

  /** The caller's; null for the runtime's. */
  private final @Nullable OkHttpClient client;

  private final StreamingClient streamingClient;
  private final HttpOptions options;
  private final Connections connections;

  /** Null when the caller had no answer already. */
  private final @Nullable FirstAnswer firstAnswer;

  private final BegunStreams begun = new BegunStreams();

  /** Of the request that was made last; null before the first. Any thread. */
  private volatile @Nullable HttpUrl lastUrl;

  /**
   * Makes a transport.
   *
   * @param client null for the runtime's
   * @param version the only one to speak; null for those of the client
   * @param firstAnswer what answers the first request already; null for nothing
   */
  HttpTransport(
      RequestSource source,
      @Nullable OkHttpClient client,
      @Nullable Protocol version,
      HttpOptions options,
      @Nullable FirstAnswer firstAnswer,
      Connections connections) {
    this.source = source;
    this.client = client;
    this.streamingClient = new StreamingClient(version);
    this.options = options;
    this.firstAnswer = firstAnswer;
    this.connections = connections;
  }

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return connections.newConnection(new HttpExchange(options, attempt, this), attempt);
  }

  @Override
  public void ended(StreamSubscription subscription) {
    connections.ended(subscription);
  }

  @Override
  public OkHttpClient client(Attempt attempt) {
    return streamingClient.derivedFrom(
        client != null ? client : SharedClient.of(attempt.runtime()), pools(attempt));
  }

  @Override
  public void leaveConnections(Attempt attempt, OkHttpClient used) {
    pools(attempt).leave(used);
  }

  private static StreamPools pools(Attempt attempt) {
    return attempt.runtime().resource(StreamPools.class, StreamPools::new);
  }

  @Override
  public @Nullable Request fixedRequest() {
    return source.fixedRequest();
  }

  @Override
  public Request request(Attempt attempt) throws IOException {
    return source.request(attempt);
  }

  @Override
  public @Nullable FirstAnswer firstAnswer() {
    return firstAnswer;
  }

  @Override
  public void onBegun(Attempt attempt) {
    begun.add(attempt.subscription());
  }

  @Override
  public boolean hasBegun(Attempt attempt) {
    return begun.contain(attempt.subscription());
  }

  @Override
  public void onRequest(HttpUrl url) {
    lastUrl = url;
  }

  @Override
  public String endpoint() {
    HttpUrl url = url();
    return url != null ? options.shown(url) : Transport.super.endpoint();
  }

  /** The host of a request source is known after its first request, which is before any retry. */
  @Override
  public String host() {
    HttpUrl url = url();
    return url != null ? hostOf(url) : Transport.super.host();
  }

  /** Returns where the stream is; null while that is not known. */
  private @Nullable HttpUrl url() {
    Request fixed = source.fixedRequest();
    return fixed != null ? fixed.url() : lastUrl;
  }

  private static String hostOf(HttpUrl url) {
    return url.host() + ":" + url.port();
  }

  @Override
  public boolean hasCredentials() {
    return options.credentials() != null;
  }

  @Override
  public String toString() {
    return "HttpTransport(" + endpoint() + ")";
  }
}
