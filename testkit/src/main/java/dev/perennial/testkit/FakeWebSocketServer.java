package dev.perennial.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server of one {@link FakeEventLog} over WebSocket, on any path of 127.0.0.1.
 *
 * <pre>{@code
 * FakeEventLog log = FakeEventLog.create();
 * try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
 *   log.append("price", "12"); // {"id":"1","type":"price","data":"12"}
 *   server.uri("/ticks"); // what the client under test subscribes to: ws://127.0.0.1:…
 *   server.cutAll(Cut.RST);
 * }
 * }</pre>
 *
 * <p>Each event is a text message with a JSON object, in which a type or an id that the event does
 * not have is left out. A handshake without a cursor gets everything that the log retains, and what
 * follows. A cursor in {@code Last-Event-ID}, or else in the query parameter {@code since}, resumes
 * after it; one that is gone or unknown is answered 410, and a log that has ended, with nothing
 * left for the request, 204. A request that is no handshake is answered 426 or 400. Heartbeats are
 * pings.
 *
 * <p>Pings are answered with pongs, and the message {@code {"ping":1}} with {@code {"pong":1}},
 * whatever the value; a close frame is answered with one. At the end of the log the server closes
 * with 1000, at {@link #endAll} with 1001. A client that breaks RFC 6455 is closed with 1002, 1007
 * or 1009. No extension is accepted.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class FakeWebSocketServer extends LogServer {

  private static final Duration RESUME_WAIT = Duration.ofSeconds(10);
  private static final String GAP = "{\"type\":\"gap\",\"detail\":\"The cursor is gone\"}";

  private final boolean resumesByMessage;
  private final @Nullable WebSocketFrame closeAtGap; // null when a gap is told in a message
  private final WebSocketSettings settings;
  private final WebSocketTally tally;

  private FakeWebSocketServer(Builder builder) throws IOException {
    super(builder);
    this.resumesByMessage = builder.resumesByMessage;
    this.closeAtGap = builder.closeAtGap;
    this.tally = new WebSocketTally(builder.recorded);
    this.settings =
        new WebSocketSettings(
            new JsonEvents(builder.numericIds),
            builder.subprotocols,
            builder.answersPings,
            builder.heartbeat,
            builder.heartbeatMessages,
            builder.pingMessageInterval,
            builder.closeAtEnd,
            builder.closeAtEndAll);
  }

  /**
   * Starts a server with default settings.
   *
   * @throws IOException if no port can be bound
   */
  public static FakeWebSocketServer start(FakeEventLog log) throws IOException {
    return builder(log).start();
  }

  /** Returns a builder of servers. */
  public static Builder builder(FakeEventLog log) {
    return new Builder(log);
  }

  @Override
  public URI uri(String path) {
    return URI.create("ws://127.0.0.1:" + port() + path);
  }

  // ---- What clients have sent ----

  /**
   * All messages of clients so far, or the last {@link Builder#recordingLast} of them, in order;
   * those with a ping or a pong are counted instead.
   */
  public List<ReceivedMessage> received() {
    return tally.messages.all();
  }

  /**
   * Takes the first message that was not taken yet, and waits for it if need be.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public ReceivedMessage takeMessage(Duration limit) throws InterruptedException {
    return tally.messages.take(limit);
  }

  /** The number of pings that clients have sent. */
  public int pings() {
    return tally.pings.get();
  }

  /** The number of pongs that clients have sent. */
  public int pongs() {
    return tally.pongs.get();
  }

  /** The number of messages {@code {"ping":…}} that clients have sent. */
  public int pingMessages() {
    return tally.pingMessages.get();
  }

  /** The number of messages {@code {"pong":…}} that clients have sent. */
  public int pongMessages() {
    return tally.pongMessages.get();
  }

  /**
   * The codes of the close frames that clients have sent, first or in answer, or the last {@link
   * Builder#recordingLast} of them, in order; {@link WebSocketFrame#NO_CODE} where there was none.
   */
  public List<Integer> closeCodes() {
    return tally.closeCodes.all();
  }

  /**
   * Takes the first of the close codes that was not taken yet, and waits for it if need be.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public int takeCloseCode(Duration limit) throws InterruptedException {
    return tally.closeCodes.take(limit);
  }

  // ---- Serving ----

  @Override
  void serve(Exchange exchange, @Nullable String cursor) throws IOException, InterruptedException {
    Answer refusal = WebSocketHandshake.refusal(exchange.request());
    if (refusal != null) {
      answer(exchange, cursor, refusal);
    } else if (resumesByMessage) {
      WebSocketWire wire = wire(exchange);
      run(new LogStream(exchange, wire, () -> resumed(exchange, wire)), () -> {});
    } else {
      super.serve(exchange, cursor);
    }
  }

  @Override
  WebSocketWire wire(Exchange exchange) {
    return new WebSocketWire(exchange, settings, tally);
  }

  /** Opens what the client's first message asks for; null when the WebSocket was closed instead. */
  private FakeEventLog.@Nullable Reader resumed(Exchange exchange, WebSocketWire wire)
      throws IOException, InterruptedException {
    String text = wire.awaitFirstText(RESUME_WAIT);
    JsonNode since = text == null ? null : ClientJson.onlyMember(text, "since");
    String cursor =
        since == null || since.isNull() || since.asText().isEmpty() ? null : since.asText();
    record(exchange, wire.status(), cursor);
    if (since == null) {
      wire.close(WebSocketFrame.close(1008, "Expected a message {\"since\":…} first"));
      return null;
    }
    FakeEventLog.Reader reader = readerAfter(cursor);
    if (isReplayable(reader)) {
      overlap(reader, cursor);
      return reader;
    }
    if (closeAtGap != null) {
      wire.close(closeAtGap);
      return null;
    }
    wire.send(GAP);
    return readerAfter(null);
  }

  /** Builds a {@link FakeWebSocketServer}. */
  public static final class Builder extends FakeStreamServer.Builder<Builder> {
    private boolean numericIds;
    private List<String> subprotocols = List.of();
    private boolean resumesByMessage;
    private @Nullable WebSocketFrame closeAtGap;
    private boolean answersPings = true;
    private boolean heartbeatMessages;
    private @Nullable Duration pingMessageInterval;
    private WebSocketFrame closeAtEnd = WebSocketFrame.close(1000, "The log has ended");
    private WebSocketFrame closeAtEndAll = WebSocketFrame.close(1001, "The server ends all");

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

    /**
     * Speaks the first of these subprotocols that the client offers, and none when it offers none
     * of them. If not invoked: none.
     */
    public Builder subprotocols(String... names) {
      this.subprotocols = List.of(names);
      return this;
    }

    /**
     * Takes the cursor from the client's first text message, {@code {"since":"7"}}, or {@code
     * {"since":null}} for none, and nowhere else. The server waits for it for 10 s, and closes with
     * 1008 when none or another one comes. The request is recorded with the message's cursor when
     * the wait is over. If not invoked: from the handshake.
     *
     * <p>A cursor that is gone or unknown is told in a message, {@code
     * {"type":"gap","detail":"…"}}, before the events that a client without a cursor gets.
     */
    public Builder resumingByMessage() {
      this.resumesByMessage = true;
      return this;
    }

    /**
     * Closes with this code when the first message has a cursor that is gone or unknown; only with
     * {@link #resumingByMessage}. If not invoked: a message says so.
     *
     * @param code from 0 to 65,535; {@link WebSocketFrame#NO_CODE} sends none
     */
    public Builder closeCodeAtGap(int code) {
      this.closeAtGap = close(code, "The cursor is gone");
      return this;
    }

    /** Answers neither pings nor the messages that are pings. If not invoked: both. */
    public Builder withoutPongs() {
      this.answersPings = false;
      return this;
    }

    /** Sends the message {@code {"type":"heartbeat"}} as heartbeat. If not invoked: a ping. */
    public Builder heartbeatMessages() {
      this.heartbeatMessages = true;
      return this;
    }

    /**
     * Sends the message {@code {"ping":1}}, then {@code {"ping":2}} and so on at this interval,
     * whatever else is sent. If not invoked: none.
     */
    public Builder pingMessageEvery(Duration interval) {
      Settings.requirePositive("pingMessageEvery", interval);
      this.pingMessageInterval = interval;
      return this;
    }

    /**
     * Sets the code at the end of the log. If not invoked: 1000.
     *
     * @param code from 0 to 65,535; {@link WebSocketFrame#NO_CODE} sends none
     */
    public Builder closeCodeAtEnd(int code) {
      this.closeAtEnd = close(code, "The log has ended");
      return this;
    }

    /**
     * Sets the code at {@link FakeStreamServer#endAll}, and for a client that has fallen behind
     * what the log retains. If not invoked: 1001.
     *
     * @param code from 0 to 65,535; {@link WebSocketFrame#NO_CODE} sends none
     */
    public Builder closeCodeAtEndAll(int code) {
      this.closeAtEndAll = close(code, "The server ends all");
      return this;
    }

    private static WebSocketFrame close(int code, String reason) {
      return code == WebSocketFrame.NO_CODE
          ? WebSocketFrame.close()
          : WebSocketFrame.close(code, reason);
    }

    /**
     * Starts the server.
     *
     * @throws IOException if no port can be bound
     * @throws IllegalStateException if {@link #closeCodeAtGap} was set without {@link
     *     #resumingByMessage}
     */
    @Override
    public FakeWebSocketServer start() throws IOException {
      if (closeAtGap != null && !resumesByMessage) {
        throw new IllegalStateException(
            "closeCodeAtGap cannot be set without resumingByMessage: handshakes are answered 410");
      }
      FakeWebSocketServer server = new FakeWebSocketServer(this);
      server.listen();
      return server;
    }
  }
}
