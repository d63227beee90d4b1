package dev.perennial.http;

import dev.perennial.StreamRuntime;
import dev.perennial.http.internal.connection.StreamSockets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * The OkHttp client of the streams that bring none of their own. There is one for each {@link
 * StreamRuntime}.
 *
 * <p>To set it, put it into the runtime:
 *
 * <pre>{@code
 * StreamRuntime runtime =
 *     StreamRuntime.builder().resource(OkHttpClient.class, client).build();
 * }</pre>
 *
 * @since 0.1.0
 */
public final class SharedClient {

  /** For the caller's own calls: a stream keeps no idle connection. */
  private static final Duration IDLE_CONNECTION = Duration.ofMillis(500);

  private SharedClient() {}

  /**
   * Returns the client of a runtime. If none was set, the first call makes one with OkHttp's
   * defaults, with two exceptions: its sockets have TCP_NODELAY, and an idle connection of the
   * caller's own calls is kept for 500 ms. Streams keep none.
   */
  public static OkHttpClient of(StreamRuntime runtime) {
    return runtime.resource(OkHttpClient.class, SharedClient::create);
  }

  private static OkHttpClient create() {
    ConnectionPool pool = new ConnectionPool(5, IDLE_CONNECTION.toMillis(), TimeUnit.MILLISECONDS);
    return new OkHttpClient.Builder()
        .connectionPool(pool)
        .socketFactory(new StreamSockets(/* isWithoutDelay= */ true))
        .build();
  }
}
