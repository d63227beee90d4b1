package dev.perennial.subjects;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/**
 * Keeps one OkHttp client for each server. All streams from that server share it, as those of one
 * program would. OkHttp limits concurrent calls by host name, so with a single client scenarios
 * that run at once would take each other's slots.
 */
final class ClientPerServer implements AutoCloseable {
  private final Consumer<OkHttpClient.Builder> settings;

  /**
   * Like OkHttp's own thread factory, but with daemon threads, so that a thread that never ends
   * does not keep the process alive.
   */
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          5,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "perennial-subjects-okhttp");
            thread.setDaemon(true);
            return thread;
          });

  @GuardedBy("this")
  private final Map<String, Shared> clients = new HashMap<>();

  /**
   * @param settings changes OkHttp's defaults
   */
  ClientPerServer(Consumer<OkHttpClient.Builder> settings) {
    this.settings = settings;
  }

  /** Returns the client for the server of the URL. Call {@link #leave} once for each call. */
  synchronized OkHttpClient join(URI url) {
    Shared shared = clients.computeIfAbsent(url.getAuthority(), server -> new Shared(client()));
    shared.users++;
    return shared.client;
  }

  /** Drops the client if this was the last stream from its server. */
  synchronized void leave(URI url) {
    Shared shared = clients.get(url.getAuthority());
    if (shared != null && --shared.users == 0) {
      clients.remove(url.getAuthority());
      shared.client.connectionPool().evictAll();
    }
  }

  private OkHttpClient client() {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(new Dispatcher(threads))
            .connectionPool(new ConnectionPool());
    settings.accept(builder);
    return builder.build();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static final class Shared {
    final OkHttpClient client;
    int users;

    Shared(OkHttpClient client) {
      this.client = client;
    }
  }
}
