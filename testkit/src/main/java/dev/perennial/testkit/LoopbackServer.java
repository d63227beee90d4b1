package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.testkit.internal.LoopbackListener;
import dev.perennial.testkit.internal.Recorder;
import dev.perennial.testkit.internal.Settings;
import dev.perennial.testkit.internal.Sockets;
import dev.perennial.testkit.internal.wire.HttpAnswer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A scripted HTTP/1.1 server on a raw socket, for faults that a correct server cannot cause.
 *
 * <pre>{@code
 * LoopbackServer server =
 *     LoopbackServer.start(
 *         exchange -> {
 *           exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
 *           exchange.cut(Cut.RST);
 *         });
 * }</pre>
 *
 * <p>It listens on 127.0.0.1 only, on a free port, and serves each connection on its own daemon
 * thread. When a handler returns, the connection is closed in order unless {@link
 * Exchange#keepAlive} was called. Without calling the handler, it answers 400 to a request that is
 * not HTTP/1.x, and 431 or 413 to a head or body over its limit. It resets a connection over the
 * limit.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class LoopbackServer implements AutoCloseable {

  private final Handler handler;
  private final int maxHeadBytes;
  private final int maxBodyBytes;
  private final int maxConnections;
  private final LoopbackListener listener;
  private final Recorder<ReceivedRequest> requests;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Set<Socket> live = new HashSet<>();

  // Guarded by lock.
  private int accepted;

  // Guarded by lock.
  private boolean closed;

  private LoopbackServer(Builder builder) throws IOException {
    this.handler = builder.handler;
    this.maxHeadBytes = builder.maxHeadBytes;
    this.maxBodyBytes = builder.maxBodyBytes;
    this.maxConnections = builder.maxConnections;
    this.requests = new Recorder<>("request", builder.recorded);
    this.listener = LoopbackListener.reserve(builder.port, "server", this::accepted);
  }

  /**
   * Starts a server with default limits.
   *
   * @throws IOException if no port can be bound
   */
  public static LoopbackServer start(Handler handler) throws IOException {
    return builder(handler).start();
  }

  /** Returns a builder of servers. */
  public static Builder builder(Handler handler) {
    return new Builder(handler);
  }

  void listen() throws IOException {
    listener.up();
  }

  /** Returns the port on 127.0.0.1. */
  public int port() {
    return listener.port();
  }

  /**
   * Returns the address of a path on this server.
   *
   * @param path the path and perhaps a query, beginning with a slash
   */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /**
   * Returns all requests so far, or the last {@link Builder#recordingLast}, in order of arrival.
   */
  public List<ReceivedRequest> requests() {
    return requests.all();
  }

  /**
   * Takes the first request that was not taken yet, and waits for it if necessary.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public ReceivedRequest takeRequest(Duration limit) throws InterruptedException {
    return requests.take(limit);
  }

  /** Returns the number of connections that are open now. */
  public int liveConnections() {
    lock.lock();
    try {
      return live.size();
    } finally {
      lock.unlock();
    }
  }

  /** Closes all sockets and ends all threads, within a second. Idempotent. */
  @Override
  public void close() {
    List<Socket> closing;
    lock.lock();
    try {
      closed = true;
      closing = List.copyOf(live);
    } finally {
      lock.unlock();
    }
    listener.close();
    closing.forEach(Cut.FIN::applyTo);
    listener.threads().close();
  }

  private void accepted(Socket socket) {
    int connection;
    lock.lock();
    try {
      connection = closed || live.size() >= maxConnections ? 0 : ++accepted;
      if (connection > 0) {
        live.add(socket);
      }
    } finally {
      lock.unlock();
    }
    if (connection == 0) {
      Cut.RST.applyTo(socket);
    } else if (!listener
        .threads()
        .start("connection-" + connection, () -> serve(socket, connection))) {
      ended(socket);
    }
  }

  private void serve(Socket socket, int connection) {
    try {
      InputStream input = new BufferedInputStream(socket.getInputStream());
      RequestReader reader = new RequestReader(input, connection, maxHeadBytes, maxBodyBytes);
      boolean keptAlive = true;
      while (keptAlive) {
        keptAlive = serveNext(socket, input, reader);
      }
    } catch (IOException e) {
      // The client or a cut ended the connection, which is expected.
    } catch (InterruptedException e) {
      // The server is closing.
    } finally {
      ended(socket);
    }
  }

  /** Serves one request; returns false when the connection cannot be used any more. */
  private boolean serveNext(Socket socket, InputStream input, RequestReader reader)
      throws IOException, InterruptedException {
    ReceivedRequest request;
    try {
      request = reader.read();
    } catch (RefusedRequestException e) {
      refuse(socket, e);
      return false;
    }
    if (request == null) {
      return false;
    }
    requests.add(request);
    Exchange exchange = new Exchange(request, socket, input, listener.threads());
    handler.handle(exchange);
    if (exchange.isKeptAlive() && !exchange.isCut()) {
      return true;
    }
    exchange.discardArrived();
    return false;
  }

  private static void refuse(Socket socket, RefusedRequestException refused) throws IOException {
    String head = HttpAnswer.statusLine(refused.status()) + "Connection: close\r\n";
    byte[] body = String.valueOf(refused.getMessage()).getBytes(UTF_8);
    socket
        .getOutputStream()
        .write((head + "Content-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
    socket.getOutputStream().write(body);
    Sockets.discardArrived(socket);
  }

  private void ended(Socket socket) {
    Cut.FIN.applyTo(socket);
    lock.lock();
    try {
      live.remove(socket);
    } finally {
      lock.unlock();
    }
  }

  /** Answers requests, on one thread per connection. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers one request, or causes a fault instead. An {@code IOException} ends the connection;
     * any other exception does too, and goes to the thread's uncaught exception handler.
     *
     * @throws IOException if the connection is gone
     * @throws InterruptedException if the server is closed meanwhile
     */
    void handle(Exchange exchange) throws IOException, InterruptedException;
  }

  /** Builds a {@link LoopbackServer}. */
  public static final class Builder {
    private final Handler handler;
    private int port;
    private int maxHeadBytes = 64 * 1024;
    private int maxBodyBytes = 1024 * 1024;
    private int maxConnections = 1024;
    private int recorded = Integer.MAX_VALUE;

    private Builder(Handler handler) {
      this.handler = handler;
    }

    /**
     * Sets the port. If not invoked, or 0: a free one.
     *
     * @throws IllegalArgumentException if it is not from 0 to 65535
     */
    public Builder port(int number) {
      if (number < 0 || number > 65_535) {
        throw new IllegalArgumentException("port must be from 0 to 65535 but was " + number);
      }
      this.port = number;
      return this;
    }

    /** Sets how many bytes a request's head may have. If not invoked: 64 KiB. */
    public Builder maxHeadBytes(int bytes) {
      Settings.requirePositive("maxHeadBytes", bytes);
      this.maxHeadBytes = bytes;
      return this;
    }

    /** Sets how many bytes a request's body may have. If not invoked: 1 MiB. */
    public Builder maxBodyBytes(int bytes) {
      Settings.requirePositive("maxBodyBytes", bytes);
      this.maxBodyBytes = bytes;
      return this;
    }

    /** Sets how many connections may be open at once. If not invoked: 1,024. */
    public Builder maxConnections(int connections) {
      Settings.requirePositive("maxConnections", connections);
      this.maxConnections = connections;
      return this;
    }

    /** Keeps only the last requests, for long runs. If not invoked: all. */
    public Builder recordingLast(int requests) {
      Settings.requirePositive("recordingLast", requests);
      this.recorded = requests;
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws IOException if no port can be bound
     */
    public LoopbackServer start() throws IOException {
      LoopbackServer server = reserve();
      server.listen();
      return server;
    }

    /** Returns a server that has its port and refuses connections until it listens. */
    LoopbackServer reserve() throws IOException {
      return new LoopbackServer(this);
    }
  }
}
