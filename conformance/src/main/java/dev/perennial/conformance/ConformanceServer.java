package dev.perennial.conformance;

import dev.perennial.conformance.remote.ControlHandler;
import dev.perennial.conformance.remote.RemoteSessions;
import dev.perennial.conformance.remote.SessionRequest;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lets clients in any language run the rules, over HTTP and JSON. {@code
 * docs/conformance-protocol.md} documents the protocol; {@code /runner.mjs} speaks it for
 * JavaScript.
 *
 * <pre>{@code
 * try (ConformanceServer server =
 *     ConformanceServer.builder().onReport(report -> print(report)).start()) {
 *   System.out.println(server.url());
 *   done.await();
 * }
 * }</pre>
 *
 * <p>It listens on 127.0.0.1 only, and ends a session when its client sends no request for a while.
 * All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class ConformanceServer implements AutoCloseable {
  private static final int MOST_BODY_BYTES = 16 * 1024 * 1024;

  /** For answers that are being made while the server is closed. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

  private final RemoteSessions sessions;
  private final ControlHandler handler;
  private final LoopbackServer server;
  private final ScheduledExecutorService sweeper;

  private ConformanceServer(Builder builder) throws IOException {
    this.sessions = new RemoteSessions(builder.idleLimit, builder.onReport, builder.onLeft);
    this.handler = new ControlHandler(sessions, this::urlOf);
    this.server =
        LoopbackServer.builder(handler)
            .port(builder.port)
            .maxBodyBytes(MOST_BODY_BYTES)
            .recordingLast(1)
            .start();
    this.sweeper =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "perennial-conformance-sweeper");
              thread.setDaemon(true);
              return thread;
            });
    long interval = Math.max(1, builder.idleLimit.toMillis() / 4);
    ScheduledFuture<?> unused =
        sweeper.scheduleWithFixedDelay(sessions::sweep, interval, interval, TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a server on a free port.
   *
   * @throws IOException if no port can be bound
   */
  public static ConformanceServer start() throws IOException {
    return builder().start();
  }

  /** Returns a builder of servers. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the URL where clients begin, such as {@code http://127.0.0.1:8087/}. */
  public URI url() {
    return server.uri("/");
  }

  private URI urlOf(String session) {
    return server.uri("/sessions/" + session);
  }

  /**
   * Returns a client in another process, to be run by {@link Conformance} or as a suite. Pass
   * {@link RemoteClient#url} to the process: it begins with {@code next}, and does not get
   * verdicts.
   *
   * @param name the client's name in reports
   * @param protocols the transports that the client speaks, at least one
   * @param capabilities what the client can do
   * @throws IllegalArgumentException if there is no transport, or a capability cannot be tested
   *     over HTTP
   */
  public RemoteClient client(String name, Set<Protocol> protocols, Set<Capability> capabilities) {
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("protocols must be at least one but was []");
    }
    String refusal = SessionRequest.refusal(capabilities);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    return sessions.client(name, protocols, capabilities, this::urlOf);
  }

  /** Ends all sessions and all threads, within a few seconds. Idempotent. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    sessions.close("The conformance server was closed");
    try {
      handler.finish(ANSWER_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }

  /** Builds a {@link ConformanceServer}. */
  public static final class Builder {
    private int port;
    private Duration idleLimit = Duration.ofSeconds(30);
    private Consumer<? super Report> onReport = report -> {};
    private Consumer<? super Report> onLeft = report -> {};

    private Builder() {}

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

    /**
     * Sets how long a client may send no request before its session ends. If not invoked: 30 s.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder idleLimit(Duration limit) {
      if (limit.isZero() || limit.isNegative()) {
        throw new IllegalArgumentException("idleLimit must be positive but was " + limit);
      }
      this.idleLimit = limit;
      return this;
    }

    /** Sets a listener for the report of each finished session, called on the session's thread. */
    public Builder onReport(Consumer<? super Report> listener) {
      this.onReport = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets a listener for the results so far of each session that ends early, called on the
     * session's thread.
     */
    public Builder onLeft(Consumer<? super Report> listener) {
      this.onLeft = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws IOException if the port cannot be bound
     */
    public ConformanceServer start() throws IOException {
      return new ConformanceServer(this);
    }
  }
}
