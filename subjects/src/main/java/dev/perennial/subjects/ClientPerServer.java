package dev.perennial.subjects;

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
 * One OkHttp client for each server, which all streams from it share, as those of one program do.
 * Its limits of calls at once are OkHttp's own, and they count by host name: with one client for
 * all, scenarios that run at once would take each other's places.
 */
final class ClientPerServer implements AutoCloseable {
  private final Consumer<OkHttpClient.Builder> settings;

  /** As OkHttp's own, but that a thread which never ends does not keep the process alive. */
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

  // Guarded by this.
  private final Map<String, Shared> clients = new HashMap<>();

  /**
   * @param settings what the client is set to besides OkHttp's defaults
   */
  ClientPerServer(Consumer<OkHttpClient.Builder> settings) {
    this.settings = settings;
  }

  /** The client for the server of the URL; to be {@linkplain #leave left} once. */
  synchronized OkHttpClient join(URI url) {
    Shared shared = clients.computeIfAbsent(url.getAuthority(), server -> new Shared(client()));
    shared.users++;
    return shared.client;
  }

  /** Forgets the client when this was the last stream from its server. */
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
