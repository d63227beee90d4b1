package dev.perennial.testkit;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server of one {@link FakeEventLog} as lines of JSON, on any path of 127.0.0.1.
 *
 * <pre>{@code
 * FakeEventLog log = FakeEventLog.create();
 * try (FakeNdjsonServer server = FakeNdjsonServer.start(log)) {
 *   log.append("price", "12"); // {"id":"1","type":"price","data":"12"}
 *   server.uri("/ticks"); // what the client under test subscribes to
 *   server.cutAll(Cut.RST);
 * }
 * }</pre>
 *
 * <p>An event without a type or an id (or with an empty one) has no such member. A request without
 * a cursor gets everything that the log retains, and what follows. A cursor in {@code
 * Last-Event-ID}, or else in the query parameter {@code since}, resumes after it; one that is gone
 * or unknown is answered 410. A log that has ended, with nothing left for the request, is answered
 * 204; a body that comes to the end of the log ends orderly. Heartbeats are blank lines.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class FakeNdjsonServer extends LogServer {

  private final NdjsonFormat format;
  private final @Nullable Duration heartbeat; // null when there are none

  private FakeNdjsonServer(Builder builder) throws IOException {
    super(builder);
    JsonEvents events = new JsonEvents(builder.numericIds);
    this.format = new NdjsonFormat(events, builder.heartbeatObjects, builder.lengthPrefixed);
    this.heartbeat = builder.heartbeat;
  }

  /**
   * Starts a server with default settings.
   *
   * @throws IOException if no port can be bound
   */
  public static FakeNdjsonServer start(FakeEventLog log) throws IOException {
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

  /** Builds a {@link FakeNdjsonServer}. */
  public static final class Builder extends FakeStreamServer.Builder<Builder> {
    private boolean numericIds;
    private boolean heartbeatObjects;
    private boolean lengthPrefixed;

    private Builder(FakeEventLog log) {
      super(log, "since");
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Writes ids as JSON numbers; the log's ids must be decimal numbers then. If not invoked: as
     * strings.
     */
    public Builder numericIds() {
      this.numericIds = true;
      return this;
    }

    /** Sends {@code {"type":"heartbeat"}} as heartbeat. If not invoked: blank lines. */
    public Builder heartbeatObjects() {
      this.heartbeatObjects = true;
      return this;
    }

    /**
     * Writes each event as its length in bytes, in decimal, a line feed, and so many bytes of JSON
     * with nothing after them. If not invoked: as a line.
     */
    public Builder lengthPrefixed() {
      this.lengthPrefixed = true;
      return this;
    }

    @Override
    public FakeNdjsonServer start() throws IOException {
      FakeNdjsonServer server = new FakeNdjsonServer(this);
      server.listen();
      return server;
    }
  }
}
