package dev.perennial.websocket;

import dev.perennial.EventStream;
import dev.perennial.http.RequestSource;
import dev.perennial.http.UpgradeBuilder;
import dev.perennial.http.UpgradeProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Streams of WebSocket messages (RFC 6455). By default a stream reconnects, tells replays by the
 * field {@code id} of JSON messages, and tells a gap where it cannot resume; a place for the cursor
 * or {@link Builder#onOpen(OpenHandler)} lets it.
 *
 * <pre>{@code
 * import dev.perennial.EventStream;
 * import dev.perennial.StreamSubscription;
 * import dev.perennial.websocket.WebSockets;
 *
 * class Tail {
 *   public static void main(String[] args) throws Exception {
 *     EventStream<String> ticks =
 *         WebSockets.builder("wss://api.example.com/ticks").cursorParameter("since").stream();
 *     try (StreamSubscription s = ticks.subscribe(event -> System.out.println(event.data()))) {
 *       s.awaitClosed();
 *     }
 *   }
 * }
 * }</pre>
 */
public final class WebSockets {
  private WebSockets() {}

  /**
   * The messages of {@code url} as text.
   *
   * @param url a {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  public static EventStream<String> stream(String url) {
    return builder(url).stream();
  }

  /**
   * The messages of {@code url}, decoded from JSON.
   *
   * @param url a {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @param json the type of each message; properties that it does not know are ignored
   * @throws IllegalArgumentException when the URL is not one
   */
  public static <T> EventStream<T> stream(String url, Class<T> json) {
    return builder(url).stream(json);
  }

  /**
   * Starts the description of a stream.
   *
   * @param url a {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @throws IllegalArgumentException when it is not
   */
  public static Builder builder(String url) {
    return builder(Builder.source(url));
  }

  /**
   * Starts the description of a stream whose handshake is {@code request} on each attempt. Its
   * headers are sent as {@link Builder#header} says.
   *
   * @throws IllegalArgumentException when the request is not a GET
   */
  public static Builder builder(Request request) {
    return builder(RequestSource.of(request));
  }

  /** Starts the description of a stream whose handshake is made anew on each attempt. */
  public static Builder builder(RequestSource source) {
    return new Builder(source);
  }

  /**
   * Describes a stream of WebSocket messages. Text and binary messages are payloads; the size of an
   * event is that of its message, fragments and compression undone.
   *
   * <p>A cursor is the field {@code id} of a JSON message unless {@link #cursor} says otherwise. It
   * goes where {@link #cursorParameter} or {@link #cursorHeader} say, or to {@link
   * #onOpen(OpenHandler)}.
   */
  public static final class Builder extends UpgradeBuilder<Builder> {
    private static final Duration DEFAULT_PING = Duration.ofSeconds(20);
    private static final int DEFAULT_FRAMES = 1_024;
    private static final int DEFAULT_BYTES = 16 * 1024 * 1024;

    private List<String> subprotocols = List.of();
    private boolean isCompressed;
    private boolean isCursorInMessage;
    private int handOffFrames = DEFAULT_FRAMES;
    private int handOffBytes = DEFAULT_BYTES;

    private Duration keepAlive = DEFAULT_PING;
    private boolean isPingChosen;

    /** Null to send pings. */
    private @Nullable String heartbeat;

    // Null when there is none.
    private @Nullable OpenHandler onOpen;
    private @Nullable ControlHandler onControl;
    private @Nullable WebSocketSender sender;

    private Builder(RequestSource source) {
      super(source);
    }

    private static RequestSource source(String url) {
      return sourceOf(url);
    }

    /**
     * Offers subprotocols (RFC 6455, 1.9), the most wanted first. A server that chooses none of
     * them is refused, as by browsers. By default none is offered.
     *
     * @throws IllegalArgumentException when there is none, one is not a token, or one is there
     *     twice
     */
    public Builder subprotocols(String... names) {
      this.subprotocols = Handshake.requireSubprotocols(names);
      return this;
    }

    /**
     * Sends the {@code Origin} of the handshake (RFC 6455, 10.2), which some servers check. By
     * default none is sent, since this is no browser.
     *
     * @param origin such as {@code https://app.example.com}
     * @throws IllegalArgumentException when it cannot stand in a header
     */
    public Builder origin(String origin) {
      return header("Origin", origin);
    }

    /**
     * Sends through {@code sender} while a connection is open. A sender serves one live
     * subscription; another one that wants it fails.
     */
    public Builder sender(WebSocketSender sender) {
      this.sender = Objects.requireNonNull(sender, "sender");
      return this;
    }

    /**
     * Sends the first messages of each connection, such as subscriptions to what is wanted now.
     * They do not resume: an interruption is told as a gap, unless the cursor goes another way.
     */
    public Builder onOpen(StartHandler handler) {
      Objects.requireNonNull(handler, "handler");
      this.onOpen = (out, cursor) -> handler.onOpen(out);
      this.isCursorInMessage = false;
      return this;
    }

    /**
     * Sends the first messages of each connection, one of which says where to resume. It is the
     * handler's word that the server replays what follows the cursor: no gap is told when the
     * stream goes on.
     */
    public Builder onOpen(OpenHandler handler) {
      this.onOpen = Objects.requireNonNull(handler, "handler");
      this.isCursorInMessage = true;
      return this;
    }

    /**
     * Answers the messages that {@link #classify} calls {@link dev.perennial.Payload.Kind#CONTROL}.
     * By default they are dropped.
     */
    public Builder onControl(ControlHandler handler) {
      this.onControl = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /**
     * Sends a ping whenever {@code interval} has passed, so that a healthy connection is never
     * silent. By default every 20 s.
     *
     * <p>The connection is read all the time, so that the server's pings are answered also while
     * the consumer asks for no events. When the {@linkplain #handOff hand-off} is full, the
     * connection is put away, sending included: no failure is counted, and when the consumer has
     * caught up the stream is resumed at once.
     *
     * @throws IllegalArgumentException when it is not positive
     * @throws IllegalStateException when {@link #heartbeatEvery} was set
     */
    public Builder pingEvery(Duration interval) {
      if (heartbeat != null) {
        throw new IllegalStateException("pingEvery(…) cannot be combined with heartbeatEvery(…)");
      }
      this.keepAlive = requirePositive("pingEvery", interval);
      this.isPingChosen = true;
      return this;
    }

    /**
     * Sends {@code message} whenever {@code interval} has passed, in place of pings, for servers
     * that want a sign of life which their application can see.
     *
     * <p>When the {@linkplain #handOff hand-off} is full, the connection is not read until the
     * consumer has caught up, and TCP holds the server back. A server that sends pings of its own
     * gets no answer meanwhile.
     *
     * @param message sent as text
     * @throws IllegalArgumentException when the interval is not positive
     * @throws IllegalStateException when {@link #pingEvery} was set
     */
    public Builder heartbeatEvery(Duration interval, String message) {
      if (isPingChosen) {
        throw new IllegalStateException("heartbeatEvery(…) cannot be combined with pingEvery(…)");
      }
      requirePositive("heartbeatEvery", interval);
      this.heartbeat = Objects.requireNonNull(message, "message");
      this.keepAlive = interval;
      return this;
    }

    private static Duration requirePositive(String option, Duration interval) {
      if (interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException(option + " must be positive but was " + interval);
      }
      return interval;
    }

    /**
     * Limits what waits between the socket and the consumer. By default 1,024 messages and 16 MiB;
     * one message always fits.
     *
     * @param frames the most messages
     * @param bytes the most bytes of all of them
     * @throws IllegalArgumentException when one is not positive
     */
    public Builder handOff(int frames, int bytes) {
      if (frames <= 0 || bytes <= 0) {
        throw new IllegalArgumentException(
            "handOff must be positive frames and bytes but was " + frames + " and " + bytes);
      }
      this.handOffFrames = frames;
      this.handOffBytes = bytes;
      return this;
    }

    /**
     * Lets the server compress its messages (RFC 7692). By default it may not: it costs both sides
     * memory for each connection, and tells an eavesdropper about secrets next to chosen text. What
     * is sent is never compressed.
     */
    public Builder compressed() {
      this.isCompressed = true;
      return this;
    }

    @Override
    protected boolean isCursorInMessage() {
      return isCursorInMessage;
    }

    @Override
    protected UpgradeProtocol protocol(int maxEventBytes) {
      return new WebSocketProtocol(
          new WebSocketOptions(
              subprotocols,
              isCompressed,
              maxEventBytes,
              handOffFrames,
              handOffBytes,
              keepAlive,
              heartbeat,
              onOpen,
              onControl,
              sender));
    }
  }
}
