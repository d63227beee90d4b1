package dev.perennial.testkit;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server of one {@link FakeEventLog} as Server-Sent Events, on any path of 127.0.0.1.
 *
 * <pre>{@code
 * FakeEventLog log = FakeEventLog.create();
 * try (FakeSseServer server = FakeSseServer.start(log)) {
 *   log.append("hello");
 *   server.uri("/ticks"); // what the client under test subscribes to
 *   server.cutAll(Cut.RST);
 * }
 * }</pre>
 *
 * <p>A request without a cursor gets everything that the log retains, and what follows. A cursor in
 * {@code Last-Event-ID}, or else in the query parameter, resumes after it; one that is gone or
 * unknown is answered 410. A log that has ended, with nothing left for the request, is answered
 * 204; a body that comes to the end of the log ends orderly. Heartbeats are comments.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class FakeSseServer extends LogServer {

  private final SseFormat format;
  private final @Nullable Duration heartbeat; // null when there are none

  private FakeSseServer(Builder builder) throws IOException {
    super(builder);
    this.format = new SseFormat(builder.retry);
    this.heartbeat = builder.heartbeat;
  }

  /**
   * Starts a server with default settings.
   *
   * @throws IOException if no port can be bound
   */
  public static FakeSseServer start(FakeEventLog log) throws IOException {
    return builder(log).start();
  }

  /** Returns a builder of servers. */
  public static Builder builder(FakeEventLog log) {
    return new Builder(log);
  }

  @Override
  Wire wire(Exchange exchange) {
    return new ChunkedWire(exchange, format, heartbeat);
  }

  /** Builds a {@link FakeSseServer}. */
  public static final class Builder extends FakeStreamServer.Builder<Builder> {
    private @Nullable Duration retry;

    private Builder(FakeEventLog log) {
      super(log, "lastEventId");
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sends a {@code retry:} line, in milliseconds, at the start of every stream. If not invoked:
     * none.
     */
    public Builder retry(Duration delay) {
      Settings.requireNotNegative("retry", delay);
      this.retry = delay;
      return this;
    }

    @Override
    public FakeSseServer start() throws IOException {
      FakeSseServer server = new FakeSseServer(this);
      server.listen();
      return server;
    }
  }
}
