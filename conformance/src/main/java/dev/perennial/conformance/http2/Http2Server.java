package dev.perennial.conformance.http2;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A server of HTTP/2 without TLS, for clients that know that it is one (RFC 9113 3.3). It listens
 * on 127.0.0.1 only, and handles each request on its own daemon thread. Bodies of requests are
 * discarded. Any thread.
 */
public final class Http2Server implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final long CLOSE_SECONDS = 1;

  private final ServerSocket listener;
  private final Handler handler;
  private final ExecutorService threads;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final List<Http2Connection> connections = new ArrayList<>();

  /** Answers requests. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers one request, or causes a fault instead.
     *
     * @throws IOException if the connection is gone
     * @throws InterruptedException if the server is closed meanwhile
     */
    void handle(Http2Stream stream) throws IOException, InterruptedException;
  }

  private Http2Server(ServerSocket listener, Handler handler) {
    this.listener = listener;
    this.handler = handler;
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "perennial-http2-" + listener.getLocalPort());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a server on a free port.
   *
   * @throws IOException if no port can be bound
   */
  public static Http2Server start(Handler handler) throws IOException {
    ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"));
    Http2Server server = new Http2Server(listener, handler);
    server.threads.execute(server::accept);
    return server;
  }

  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Http2Connection connection = add(listener.accept());
        try {
          threads.execute(connection::serve);
        } catch (RejectedExecutionException e) {
          connection.close();
        }
      }
    } catch (IOException e) {
      // The server is closed.
    }
  }

  private Http2Connection add(Socket socket) {
    lock.lock();
    try {
      Http2Connection connection =
          new Http2Connection(socket, connections.size() + 1, this::opened);
      connections.add(connection);
      return connection;
    } finally {
      lock.unlock();
    }
  }

  private void opened(Http2Stream stream) {
    try {
      threads.execute(() -> handle(stream));
    } catch (RejectedExecutionException e) {
      // The server is closed.
    }
  }

  private void handle(Http2Stream stream) {
    try {
      handler.handle(stream);
    } catch (IOException | InterruptedException e) {
      // The client or the kit has ended the connection.
    }
  }

  /** Closes all sockets and ends all threads, within a second. Idempotent. */
  @Override
  public void close() {
    List<Http2Connection> closing;
    lock.lock();
    try {
      closing = List.copyOf(connections);
    } finally {
      lock.unlock();
    }
    try {
      listener.close();
      for (Http2Connection connection : closing) {
        connection.close();
      }
      threads.shutdownNow();
      // Those that take longer are daemons, and end by themselves.
      boolean unused = threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
