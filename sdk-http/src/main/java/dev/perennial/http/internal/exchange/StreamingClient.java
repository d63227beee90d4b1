package dev.perennial.http.internal.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.http.internal.attempt.BoundedDns;
import dev.perennial.http.internal.attempt.HttpFailures;
import dev.perennial.http.internal.connection.ReadBudget;
import dev.perennial.http.internal.connection.SendLimit;
import dev.perennial.http.internal.connection.StreamPools;
import dev.perennial.http.internal.connection.StreamSockets;
import dev.perennial.http.internal.connection.UpgradedConnections;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import okhttp3.Authenticator;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Derives the client of a stream from the caller's. It shares the caller's dispatcher, interceptors
 * and event listener, and is never shut down. Its connections are those of {@link StreamPools}.
 *
 * <p>It hides {@code Retry-After} from OkHttp's own follow-ups: OkHttp 5 throws
 * NumberFormatException for a long one, and sends the request again by itself on 408, and on 503
 * with a 0. Inside of OkHttp the value travels under another name; the caller's interceptors see
 * what the server sent.
 */
public final class StreamingClient {
  private static final String RETRY_AFTER = "Retry-After";
  private static final String HIDDEN_RETRY_AFTER = "Perennial-Retry-After";

  /** A delay that makes OkHttp leave the retry to its caller. */
  private static final String NOT_NOW = "1";

  /** Of these -1 is what OkHttp itself has for a body that lasts until the connection ends. */
  private static final Pattern NEGATIVE = Pattern.compile("-(?=0*[1-9])[0-9]{1,19}");

  /**
   * How often a connection of HTTP/2 is asked for a sign of life, unless the caller chose. One that
   * owes an answer for as long is closed, and with it all of its streams. So a path that dies is
   * noticed within 30 seconds, as it is on a WebSocket.
   */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(15);

  /** The only version to speak; null for those of the caller's client. */
  private final @Nullable Protocol version;

  /** Whether the last request went over HTTP/2, so that a connection may be kept. Any thread. */
  private volatile boolean isKeeping;

  private final ReentrantLock lock = new ReentrantLock();

  /** Null until the first connection. */
  @GuardedBy("lock")
  private @Nullable OkHttpClient base;

  /** Derived from {@link #base}. */
  @GuardedBy("lock")
  private @Nullable OkHttpClient derived;

  public StreamingClient(@Nullable Protocol version) {
    this.version = version;
    this.isKeeping = version == Protocol.H2_PRIOR_KNOWLEDGE;
  }

  /** Returns the client that is derived from {@code from}, which is nearly always the same. */
  public OkHttpClient derivedFrom(OkHttpClient from, StreamPools pools) {
    boolean isHttp2 = isKeeping;
    ConnectionPool clients = from.connectionPool();
    ConnectionPool pool = isHttp2 ? pools.keeping(clients) : pools.closing(clients);
    lock.lock();
    try {
      if (derived == null || base != from || derived.connectionPool() != pool) {
        base = from;
        derived = derive(from, pool, isHttp2 ? this::sendOverHttp2 : this::send);
      }
      return derived;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Derives a client.
   *
   * @param sender sends a request over one of the pool's connections
   */
  private OkHttpClient derive(OkHttpClient client, ConnectionPool pool, Interceptor sender) {
    OkHttpClient.Builder builder =
        client
            .newBuilder()
            .connectionPool(pool)
            .followRedirects(false)
            .followSslRedirects(false)
            .readTimeout(0, TimeUnit.NANOSECONDS)
            .callTimeout(0, TimeUnit.NANOSECONDS)
            // A cache would write the stream to disk for as long as it lasts.
            .cache(null)
            .authenticator(givingFresh(client.authenticator()))
            .proxyAuthenticator(givingFresh(client.proxyAuthenticator()))
            .dns(new BoundedDns(client.dns()));
    if (client.pingIntervalMillis() == 0) {
      builder.pingInterval(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (client.socketFactory() == SocketFactory.getDefault()) {
      builder.socketFactory(new StreamSockets(/* isWithoutDelay= */ false));
    }
    if (version != null) {
      builder.protocols(List.of(version));
    }
    if (version == Protocol.HTTP_1_1) {
      UpgradedConnections.prepare(builder, client);
    }
    builder.networkInterceptors().add(StreamingClient::requireUsable);
    builder.networkInterceptors().add(sender);
    // The innermost application interceptor and the outermost network interceptor: the caller's
    // own, of both kinds, see what the server sent.
    builder.interceptors().add(StreamingClient::restoreRetryAfter);
    builder.interceptors().add(StreamingClient::noteAnswer);
    builder.interceptors().add(StreamingClient::noteProceeding);
    builder.networkInterceptors().add(0, StreamingClient::hideRetryAfter);
    builder.networkInterceptors().add(0, StreamingClient::limitSending);
    return builder.build();
  }

  /** An authenticator without credentials cannot repeat any. */
  private static Authenticator givingFresh(Authenticator callers) {
    return callers == Authenticator.NONE ? callers : new FreshCredentials(callers);
  }

  /** Notes that the caller's interceptors have left the request to the client. */
  private static Response noteProceeding(Interceptor.Chain chain) throws IOException {
    SendLimit sending = OutgoingRequest.sending(chain.call());
    if (sending != null) {
      sending.proceed();
    }
    return chain.proceed(chain.request());
  }

  /** Notes the answer, which is closed when an interceptor of the caller throws while it has it. */
  private static Response noteAnswer(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    OutgoingRequest.answered(chain.call(), response);
    return response;
  }

  /**
   * Limits what is read before the head of an answer is over. Refuses a length that OkHttp takes
   * for one but cannot read: its sources throw IllegalArgumentException, and never give the
   * connection back. Innermost, so that no interceptor of the caller meets it either.
   */
  private static Response requireUsable(Interceptor.Chain chain) throws IOException {
    Response response =
        ReadBudget.within(
            ReadBudget.HEAD_BYTES,
            () -> OutgoingRequest.endpointOf(chain.request()),
            () -> chain.proceed(chain.request()));
    String length = response.header("Content-Length", "");
    if (NEGATIVE.matcher(length).matches() && !length.equals("-1")) {
      throw HttpFailures.unusable(
          "Expected a Content-Length of 0 or more but was " + length,
          OutgoingRequest.endpointOf(chain.request()));
    }
    return response;
  }

  /** Notes whether the connection of the next request may be kept. */
  private Response send(Interceptor.Chain chain) throws IOException {
    isKeeping = isHttp2(chain);
    return chain.proceed(chain.request());
  }

  /** Ends a connection with its answer that is none of HTTP/2 any more, as the server before. */
  private Response sendOverHttp2(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    if (!isHttp2(chain)) {
      isKeeping = false;
      request = request.newBuilder().header("Connection", "close").build();
    }
    return chain.proceed(request);
  }

  private static boolean isHttp2(Interceptor.Chain chain) {
    Connection connection = chain.connection();
    Protocol spoken = connection == null ? Protocol.HTTP_1_1 : connection.protocol();
    return spoken == Protocol.HTTP_2 || spoken == Protocol.H2_PRIOR_KNOWLEDGE;
  }

  /** Limits what is written to the connection, which is open now, and notes the answer. */
  private static Response limitSending(Interceptor.Chain chain) throws IOException {
    SendLimit sending = OutgoingRequest.sending(chain.call());
    if (sending == null) {
      return chain.proceed(chain.request());
    }
    Request request = sending.connected(chain.request());
    try {
      Response response = chain.proceed(request);
      sending.answered(response.code());
      return response;
    } catch (IOException e) {
      sending.failed(e);
      throw e;
    }
  }

  private static Response hideRetryAfter(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (!isFollowedUp(response.code())) {
      return response;
    }
    Headers.Builder headers = response.headers().newBuilder().removeAll(HIDDEN_RETRY_AFTER);
    for (String value : response.headers(RETRY_AFTER)) {
      headers.addUnsafeNonAscii(HIDDEN_RETRY_AFTER, value);
    }
    return response.newBuilder().headers(headers.set(RETRY_AFTER, NOT_NOW).build()).build();
  }

  private static Response restoreRetryAfter(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (!isFollowedUp(response.code())) {
      return response;
    }
    Headers.Builder headers =
        response.headers().newBuilder().removeAll(RETRY_AFTER).removeAll(HIDDEN_RETRY_AFTER);
    for (String value : response.headers(HIDDEN_RETRY_AFTER)) {
      headers.addUnsafeNonAscii(RETRY_AFTER, value);
    }
    return response.newBuilder().headers(headers.build()).build();
  }

  private static boolean isFollowedUp(int code) {
    return code == 408 || code == 503;
  }
}
