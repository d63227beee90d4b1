package dev.perennial.http.internal.connection;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * The connections of streams, apart from those of their clients' other calls. There is one object
 * for each runtime; any thread may use it.
 *
 * <p>A connection of HTTP/2 is shared by the streams that are open at the same time. None is kept
 * when its last stream has ended. So what an answer had beyond its declared length is never read as
 * the next answer, and no stream begins with what another call left behind.
 *
 * <p>OkHttp has no way to say that one connection is not to be used for further calls. So the pool
 * as a whole is {@linkplain #leave left}: its streams go on, and new ones connect anew.
 */
public final class StreamPools {
  private final ReentrantLock lock = new ReentrantLock();

  /** The pool that new calls use, for each client's own. */
  @GuardedBy("lock")
  private final Map<ConnectionPool, ConnectionPool> pools = new WeakHashMap<>();

  /** Returns the pool that calls of the clients with this pool use from now on. */
  public ConnectionPool beside(ConnectionPool clients) {
    lock.lock();
    try {
      return pools.computeIfAbsent(clients, absent -> create());
    } finally {
      lock.unlock();
    }
  }

  /** Makes new calls use other connections than those that are open to {@code client}. */
  public void leave(OkHttpClient client) {
    ConnectionPool left = client.connectionPool();
    lock.lock();
    try {
      pools.replaceAll((clients, pool) -> pool == left ? create() : pool);
    } finally {
      lock.unlock();
    }
  }

  /** With no idle connections allowed, the duration means nothing; it must be positive. */
  private static ConnectionPool create() {
    return new ConnectionPool(0, 1, TimeUnit.SECONDS);
  }
}
