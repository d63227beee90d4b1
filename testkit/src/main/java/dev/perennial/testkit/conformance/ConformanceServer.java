package dev.perennial.testkit.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.io.InputStream;
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
 * Lets clients of any language try the rules, over HTTP and JSON. {@code
 * docs/conformance-protocol.md} says how; {@code /runner.mjs} is a client of it for JavaScript.
 *
 * <pre>{@code
 * try (ConformanceServer server =
 *     ConformanceServer.builder().onReport(report -> print(report)).start()) {
 *   System.out.println(server.url());
 *   done.await();
 * }
 * }</pre>
 *
 * <p>It listens on 127.0.0.1 alone. A session whose client is not heard of for a while is ended.
 * All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class ConformanceServer implements AutoCloseable {
  private static final String RUNNER = "runner.mjs";
  private static final int MOST_BODY_BYTES = 16 * 1024 * 1024;

  private final RemoteSessions sessions;
  private final LoopbackServer server;
  private final ScheduledExecutorService sweeper;

  private ConformanceServer(Builder builder) throws IOException {
    this.sessions = new RemoteSessions(builder.idleLimit, builder.onReport, builder.onLeft);
    this.server =
        LoopbackServer.builder(new ControlHandler(sessions, this::urlOf, runner()))
            .port(builder.port)
            .maxBodyBytes(MOST_BODY_BYTES)
            .recordingLast(1)
            .start();
    this.sweeper =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "perennial-testkit-conformance-sweeper");
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

  /** Where clients begin, such as {@code http://127.0.0.1:8087/}. */
  public URI url() {
    return server.uri("/");
  }

  private URI urlOf(String session) {
    return server.uri("/sessions/" + session);
  }

  /**
   * A client whose process is known already, to be run from here: by {@link Conformance}, or as a
   * suite. Its process is told {@link RemoteClient#url}, and begins with {@code next}; verdicts are
   * not told to it.
   *
   * @param name what it is called in reports
   * @param protocols the transports that it speaks, one at least
   * @param capabilities what it can do
   * @throws IllegalArgumentException when there is no transport, or a capability does not show over
   *     HTTP
   */
  public RemoteClient client(String name, Set<Protocol> protocols, Set<Capability> capabilities) {
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("protocols must be one at least but was []");
    }
    String refusal = SessionRequest.refusal(capabilities);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    return sessions.client(name, protocols, capabilities, this::urlOf);
  }

  private static String runner() throws IOException {
    try (InputStream source = ConformanceServer.class.getResourceAsStream(RUNNER)) {
      return new String(Objects.requireNonNull(source, RUNNER).readAllBytes(), UTF_8);
    }
  }

  /** Ends all sessions and all threads, within a few seconds. Idempotent. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    sessions.close("The conformance server was closed");
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
     * Listens on this port. If not invoked, or 0: a free one.
     *
     * @throws IllegalArgumentException when it is not from 0 to 65535
     */
    public Builder port(int number) {
      if (number < 0 || number > 65_535) {
        throw new IllegalArgumentException("port must be from 0 to 65535 but was " + number);
      }
      this.port = number;
      return this;
    }

    /**
     * Ends a session when its client has asked for nothing for so long. If not invoked: 30 s.
     *
     * @throws IllegalArgumentException when it is not positive
     */
    public Builder idleLimit(Duration limit) {
      if (limit.isZero() || limit.isNegative()) {
        throw new IllegalArgumentException("idleLimit must be positive but was " + limit);
      }
      this.idleLimit = limit;
      return this;
    }

    /** Is told the report of each session when all was judged, on a thread of the session. */
    public Builder onReport(Consumer<? super Report> told) {
      this.onReport = Objects.requireNonNull(told, "told");
      return this;
    }

    /**
     * Is told what was judged so far of each session that is left before its end, on a thread of
     * the session.
     */
    public Builder onLeft(Consumer<? super Report> told) {
      this.onLeft = Objects.requireNonNull(told, "told");
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
