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
 * <p>A connection of HTTP/2 is shared by the streams that are open at the same time. When its last
 * stream has ended, it may wait a little for the next request: that is what a server makes of a
 * stream which ends each answer in good order.
 *
 * <p>A connection of HTTP/1.1 is not kept. What an answer had beyond its declared length may be in
 * OkHttp's buffer, and would be read as the next answer. Nothing tells that the buffer is empty.
 *
 * <p>OkHttp has no way to say that one connection is not to be used for further calls. So the pool
 * as a whole is {@linkplain #leave left}: its streams go on, and new ones connect anew.
 */
public final class StreamPools {
  private static final int MOST_KEPT = 5;

  /** A connection that was silent for longer may be dead, and nothing tells before it is used. */
  private static final long KEPT_SECONDS = 5;

  private final ReentrantLock lock = new ReentrantLock();

  /** The pools that new calls use, for each client's own. */
  @GuardedBy("lock")
  private final Map<ConnectionPool, Pools> pools = new WeakHashMap<>();

  /**
   * The pools beside one of a client.
   *
   * @param closing keeps no connection that is idle
   * @param keeping keeps some for a short time
   */
  private record Pools(ConnectionPool closing, ConnectionPool keeping) {

    static Pools create() {
      return new Pools(newClosing(), newKeeping());
    }

    Pools without(ConnectionPool left) {
      return new Pools(
          closing == left ? newClosing() : closing, keeping == left ? newKeeping() : keeping);
    }

    /** With no idle connections allowed, the duration means nothing; it must be positive. */
    private static ConnectionPool newClosing() {
      return new ConnectionPool(0, 1, TimeUnit.SECONDS);
    }

    private static ConnectionPool newKeeping() {
      return new ConnectionPool(MOST_KEPT, KEPT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Returns the pool for connections that may be HTTP/1.1, which clients with this pool use. */
  public ConnectionPool closing(ConnectionPool clients) {
    return beside(clients).closing();
  }

  /** Returns the pool for connections of HTTP/2, which clients with this pool use. */
  public ConnectionPool keeping(ConnectionPool clients) {
    return beside(clients).keeping();
  }

  private Pools beside(ConnectionPool clients) {
    lock.lock();
    try {
      return pools.computeIfAbsent(clients, absent -> Pools.create());
    } finally {
      lock.unlock();
    }
  }

  /** Makes new calls use other connections than those that are open to {@code client}. */
  public void leave(OkHttpClient client) {
    ConnectionPool left = client.connectionPool();
    lock.lock();
    try {
      pools.replaceAll((clients, beside) -> beside.without(left));
    } finally {
      lock.unlock();
    }
  }
}
