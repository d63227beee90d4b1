package dev.perennial.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.testkit.internal.Settings;
import dev.perennial.testkit.internal.wire.ClientJson;
import dev.perennial.testkit.internal.wire.HttpAnswer;
import dev.perennial.testkit.internal.wire.JsonEventFormat;
import dev.perennial.testkit.internal.wire.LogStream;
import dev.perennial.testkit.internal.wire.WebSocketEventWriter;
import dev.perennial.testkit.internal.wire.WebSocketHandshake;
import dev.perennial.testkit.internal.wire.WebSocketSettings;
import dev.perennial.testkit.internal.wire.WebSocketTally;
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
 * <p>Each event is a text message with a JSON object, without a type or an id that the event does
 * not have. A handshake without a cursor gets all retained events and those that follow. A cursor
 * in {@code Last-Event-ID}, or else in the query parameter {@code since}, resumes after it; 410
 * answers a cursor that is gone or unknown, and 204 a request for which an ended log has no events
 * left. A request that is not a handshake is answered 426 or 400. Heartbeats are pings.
 *
 * <p>The server answers pings with pongs, the message {@code {"ping":1}} with {@code {"pong":1}}
 * (whatever the value), and a close frame with a close frame. At the end of the log it closes with
 * 1000, at {@link #endAll} with 1001. It closes a connection whose client breaks RFC 6455 with
 * 1002, 1007 or 1009. It accepts no extension.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class FakeWebSocketServer extends LogServer {

  private static final Duration RESUME_WAIT = Duration.ofSeconds(10);
  private static final String GAP = "{\"type\":\"gap\",\"detail\":\"The cursor is gone\"}";

  private final boolean resumesByMessage;
  private final @Nullable WebSocketFrame closeAtGap; // null when a message reports a gap
  private final WebSocketSettings settings;
  private final WebSocketTally tally;

  private FakeWebSocketServer(Builder builder) throws IOException {
    super(builder);
    this.resumesByMessage = builder.resumesByMessage;
    this.closeAtGap = builder.closeAtGap;
    this.tally = WebSocketTally.recordingLast(builder.recorded);
    this.settings =
        new WebSocketSettings(
            new JsonEventFormat(builder.numericIds),
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
   * Returns all messages of clients so far, or the last {@link Builder#recordingLast} of them, in
   * order; those with a ping or a pong are counted instead.
   */
  public List<ReceivedMessage> received() {
    return tally.messages().all();
  }

  /**
   * Takes the first message that was not taken yet, and waits for it if necessary.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public ReceivedMessage takeMessage(Duration limit) throws InterruptedException {
    return tally.messages().take(limit);
  }

  /** Returns the number of pings that clients have sent. */
  public int pings() {
    return tally.pings().get();
  }

  /** Returns the number of pongs that clients have sent. */
  public int pongs() {
    return tally.pongs().get();
  }

  /** Returns the number of messages {@code {"ping":…}} that clients have sent. */
  public int pingMessages() {
    return tally.pingMessages().get();
  }

  /** Returns the number of messages {@code {"pong":…}} that clients have sent. */
  public int pongMessages() {
    return tally.pongMessages().get();
  }

  /**
   * Returns the codes of the close frames that clients have sent, first or in answer, or the last
   * {@link Builder#recordingLast} of them, in order; {@link WebSocketFrame#NO_CODE} where there was
   * none.
   */
  public List<Integer> closeCodes() {
    return tally.closeCodes().all();
  }

  /**
   * Takes the first close code that was not taken yet, and waits for it if necessary.
   *
   * @throws AssertionError if none comes within the limit
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public int takeCloseCode(Duration limit) throws InterruptedException {
    return tally.closeCodes().take(limit);
  }

  // ---- Serving ----

  @Override
  void serve(Exchange exchange, @Nullable String cursor) throws IOException, InterruptedException {
    HttpAnswer refusal = WebSocketHandshake.refusal(exchange.request());
    if (refusal != null) {
      answer(exchange, cursor, refusal);
    } else if (resumesByMessage) {
      WebSocketEventWriter wire = wire(exchange);
      run(new LogStream(exchange, wire, () -> resumed(exchange, wire)), () -> {});
    } else {
      super.serve(exchange, cursor);
    }
  }

  @Override
  WebSocketEventWriter wire(Exchange exchange) {
    return new WebSocketEventWriter(exchange, settings, tally);
  }

  /**
   * Opens the reader for the client's first message; null when the WebSocket was closed instead.
   */
  private FakeEventLog.@Nullable Reader resumed(Exchange exchange, WebSocketEventWriter wire)
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
     * Sets the supported subprotocols: the server chooses the first that the client offers, if any.
     * If not invoked: none.
     */
    public Builder subprotocols(String... names) {
      this.subprotocols = List.of(names);
      return this;
    }

    /**
     * Takes the cursor only from the client's first text message: {@code {"since":"7"}}, or {@code
     * {"since":null}} for none. The server waits for the message for 10 s, and closes with 1008
     * when there is none or another one. It records the request with this cursor. If not invoked:
     * from the handshake.
     *
     * <p>A message {@code {"type":"gap","detail":"…"}} reports a cursor that is gone or unknown,
     * before the events that a client without a cursor gets.
     */
    public Builder resumingByMessage() {
      this.resumesByMessage = true;
      return this;
    }

    /**
     * Closes with this code when the first message has a cursor that is gone or unknown; only with
     * {@link #resumingByMessage}. If not invoked: a message reports it.
     *
     * @param code from 0 to 65,535; {@link WebSocketFrame#NO_CODE} sends none
     */
    public Builder closeCodeAtGap(int code) {
      this.closeAtGap = close(code, "The cursor is gone");
      return this;
    }

    /** Answers neither pings nor ping messages. If not invoked: both. */
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
     * whatever else it sends. If not invoked: none.
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
     * Sets the code at {@link FakeStreamServer#endAll}, and for a client whose next event is no
     * longer retained. If not invoked: 1001.
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
