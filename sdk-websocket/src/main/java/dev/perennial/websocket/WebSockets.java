package dev.perennial.websocket;

import static dev.perennial.internal.time.Durations.requirePositive;

import dev.perennial.CloseOccasion;
import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.http.RequestSource;
import dev.perennial.http.UpgradeBuilder;
import dev.perennial.http.UpgradeProtocol;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Streams of WebSocket messages (RFC 6455).
 *
 * <p>By default a stream reconnects when its connection is lost. A WebSocket has no cursor of its
 * own, so a stream resumes only if it has a way to send one to the server: {@link
 * Builder#cursorParameter}, {@link Builder#cursorHeader}, {@link Builder#onOpen(OpenHandler)} or
 * {@link Builder#handshake(ResumingHandshakeHandler)}. Without one, each interruption is reported
 * as a {@link dev.perennial.Gap} and the stream continues with what the server sends next.
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
 *
 * <p>Making a stream does no I/O. An open connection has a thread that reads it, and a second one
 * while something is being sent; handlers and consumers are called on the subscription's thread.
 * Failures go to the consumer as a {@link dev.perennial.StreamException}.
 *
 * @see WebSocketSender
 * @since 0.1.0
 */
public final class WebSockets {
  private WebSockets() {}

  /**
   * Returns a stream of the messages of {@code url} as text. A binary message is decoded as UTF-8.
   *
   * @param url a {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static EventStream<String> stream(String url) {
    return builder(url).stream();
  }

  /**
   * Returns a stream of the messages of {@code url}, decoded from JSON.
   *
   * @param url a {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @param json the type of each message; properties that it does not have are ignored
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static <T> EventStream<T> stream(String url, Class<T> json) {
    return builder(url).stream(json);
  }

  /**
   * Starts to describe a stream.
   *
   * @param url a {@code ws}, {@code wss}, {@code http} or {@code https} URL
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  /**
   * Starts to describe a stream that opens each connection with {@code request}. Its headers are
   * treated as those of {@link Builder#header}.
   *
   * @throws IllegalArgumentException if the request is not a GET, or has a header of the handshake
   *     such as {@code Sec-WebSocket-Protocol}: use {@link Builder#subprotocols}
   */
  public static Builder builder(Request request) {
    return builder(RequestSource.of(request));
  }

  /** Starts to describe a stream that creates a new request for each attempt to connect. */
  public static Builder builder(RequestSource source) {
    return new Builder(source);
  }

  /**
   * Describes a stream of WebSocket messages. Text and binary messages are events, pings and pongs
   * are heartbeats. The size of an event is that of its message, after joining fragments and
   * inflating. Not thread-safe.
   *
   * <p>The id of an event is the field {@code id} of its JSON by default; {@link #id} finds it
   * elsewhere. It is also the cursor if there is a way to send one: {@link #cursorParameter},
   * {@link #cursorHeader}, {@link #onOpen(OpenHandler)} or {@link
   * #handshake(ResumingHandshakeHandler)}.
   */
  public static final class Builder extends UpgradeBuilder<Builder> {
    private static final Duration DEFAULT_CLOSE = Duration.ofSeconds(2);
    private static final Duration DEFAULT_HANDSHAKE = Duration.ofSeconds(10);
    private static final int DEFAULT_MESSAGES = 1_024;
    private static final int DEFAULT_BYTES = 16 * 1024 * 1024;

    private List<String> subprotocols = List.of();
    private boolean isSubprotocolOptional;
    private CompressionSettings compression = CompressionSettings.NONE;
    private boolean isCursorInOnOpen;
    private boolean isCursorInHandshake;
    private int maxInboundMessages = DEFAULT_MESSAGES;
    private int maxInboundBytes = DEFAULT_BYTES;
    private KeepAliveSettings keepAlive = KeepAliveSettings.DEFAULT;
    private Duration closeTimeout = DEFAULT_CLOSE;
    private final Map<CloseOccasion, Integer> closeCodes = new EnumMap<>(CloseOccasion.class);
    private boolean endsWithClose;
    private Duration handshakeLimit = DEFAULT_HANDSHAKE;
    private boolean isSenderLate;

    // Null until set.
    private @Nullable ResumingHandshakeHandler handshake;
    private @Nullable OpenHandler onOpen;
    private @Nullable ControlHandler onControl;
    private @Nullable WebSocketSender sender;
    private @Nullable WebSocketSettings settings;

    private Builder(String url) {
      super(sourceOf(url));
    }

    private Builder(RequestSource source) {
      super(source);
    }

    /**
     * Offers subprotocols (RFC 6455, 1.9), the preferred one first. If the server chooses none of
     * them, the connection is refused, as browsers do, unless {@link #subprotocolOptional} is set.
     * By default none is offered.
     *
     * @param names at least one
     * @throws IllegalArgumentException if there is none, one is not a token, or two are equal
     */
    public Builder subprotocols(String... names) {
      this.subprotocols = Handshake.requireSubprotocols(names);
      return this;
    }

    /**
     * Opens connections also where the server chooses none of the {@link #subprotocols}: some
     * servers require one and do not name it in their answer. One that was not offered is refused
     * all the same. By default such a connection is refused.
     */
    public Builder subprotocolOptional() {
      this.isSubprotocolOptional = true;
      return this;
    }

    /**
     * Sends the {@code Origin} header in the handshake (RFC 6455, 10.2), which some servers check.
     * By default it is not sent, since this is not a browser.
     *
     * @param origin such as {@code https://app.example.com}
     * @throws IllegalArgumentException if it contains CR, LF or NUL
     */
    public Builder origin(String origin) {
      return header("Origin", origin);
    }

    /**
     * Lets {@code sender} send on the connection that is open. One sender serves one live
     * subscription; a second subscription fails with {@link
     * dev.perennial.StreamException.Reason#PROTOCOL}. By default there is no sender.
     */
    public Builder sender(WebSocketSender sender) {
      this.sender = Objects.requireNonNull(sender, "sender");
      return this;
    }

    /**
     * Makes a handshake in messages on each connection before anything else, such as a login: the
     * handler sends, receives, and returns when the server is ready. Only then {@link
     * #onOpen(OpenHandler) onOpen} is called, the application's messages are sent, and the stream
     * is {@linkplain dev.perennial.StreamState.Open open}. It may take 10 seconds, beside the
     * timeout of the attempt. By default there is none.
     *
     * <pre>{@code
     * WebSockets.builder("wss://api.example.com/graphql")
     *     .subprotocols("graphql-transport-ws")
     *     .handshake(
     *         socket -> {
     *           socket.send("{\"type\":\"connection_init\"}");
     *           while (!socket.receive().text().contains("connection_ack")) {
     *             // Something else, such as a ping.
     *           }
     *         })
     *     .onOpen(out -> out.send(subscription));
     * }</pre>
     *
     * @param handler throws {@link DisconnectException} if the server refuses
     */
    public Builder handshake(HandshakeHandler handler) {
      return handshake(DEFAULT_HANDSHAKE, handler);
    }

    /**
     * As {@link #handshake(HandshakeHandler)}, with another limit.
     *
     * @param limit how long the handshake may take; then the attempt has failed with {@link
     *     dev.perennial.StreamException.Reason#ATTEMPT_TIMEOUT}
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Builder handshake(Duration limit, HandshakeHandler handler) {
      Objects.requireNonNull(handler, "handler");
      handshake(limit, (socket, cursor) -> handler.shakeHands(socket));
      this.isCursorInHandshake = false;
      return this;
    }

    /**
     * As {@link #handshake(HandshakeHandler)}, where a message of the handshake tells the server
     * where to resume. The stream relies on that: no gap is reported when it goes on after an
     * interruption, unless the handler throws {@link DisconnectException#cannotResume}.
     */
    public Builder handshake(ResumingHandshakeHandler handler) {
      return handshake(DEFAULT_HANDSHAKE, handler);
    }

    /**
     * As {@link #handshake(ResumingHandshakeHandler)}, with another limit.
     *
     * @param limit as of {@link #handshake(Duration, HandshakeHandler)}
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Builder handshake(Duration limit, ResumingHandshakeHandler handler) {
      this.handshakeLimit = requirePositive("handshake", limit);
      this.handshake = Objects.requireNonNull(handler, "handler");
      this.isCursorInHandshake = true;
      return this;
    }

    /**
     * Refuses what the application sends before the stream is open, with {@link
     * WebSocketSender.Outcome#NOT_CONNECTED}. By default it is accepted as soon as the server has
     * accepted the WebSocket, and waits for {@link #handshake(HandshakeHandler) handshake} and
     * {@link #onOpen(OpenHandler) onOpen}.
     */
    public Builder refuseEarlySends() {
      this.isSenderLate = true;
      return this;
    }

    /**
     * Sends the first messages of each connection, such as subscriptions. They do not resume the
     * stream: an interruption is a gap unless {@link #cursorParameter} or {@link #cursorHeader} is
     * set. Replaces the other {@code onOpen}. By default nothing is sent.
     */
    public Builder onOpen(StartHandler handler) {
      Objects.requireNonNull(handler, "handler");
      this.onOpen = (out, cursor) -> handler.onOpen(out);
      this.isCursorInOnOpen = false;
      return this;
    }

    /**
     * Sends the first messages of each connection, one of which tells the server where to resume.
     * The stream relies on that: no gap is reported when it continues after an interruption.
     * Replaces the other {@code onOpen}. By default nothing is sent.
     */
    public Builder onOpen(OpenHandler handler) {
      this.onOpen = Objects.requireNonNull(handler, "handler");
      this.isCursorInOnOpen = true;
      return this;
    }

    /**
     * Answers the messages that {@link #classify} declares to be {@link
     * dev.perennial.Payload.Kind#CONTROL}. They are answered when they come, ahead of events that
     * wait for the consumer. With a handler, {@code classify} is called on the thread that reads,
     * and {@link dev.perennial.Payload#id} is null there. By default they are dropped.
     */
    public Builder onControl(ControlHandler handler) {
      this.onControl = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /**
     * Sends a ping at this interval, so that a healthy connection is never silent: the server must
     * answer it (RFC 6455, 5.5.2). By default every 20 seconds.
     *
     * <p>The connection is read even while the consumer asks for no events, so that the server's
     * pings are answered. What happens when the {@linkplain #inboundQueue queue of inbound
     * messages} is full depends on whether the stream can resume. If it can, and the consumer takes
     * nothing for a second, the connection is closed, which ends sending too. It is resumed without
     * delay when the consumer has caught up, and does not count as a failure. A stream that cannot
     * resume is not read until the consumer has caught up, and TCP holds the server back; our pings
     * continue.
     *
     * @throws IllegalArgumentException if the interval is not positive
     * @throws IllegalStateException if {@link #heartbeatEvery} was set
     */
    public Builder pingEvery(Duration interval) {
      this.keepAlive = keepAlive.withPings(interval);
      return this;
    }

    /**
     * Sends neither pings nor heartbeats, for a server that takes pings for a fault. A dead path is
     * then noticed by the silence that {@code withStaleAfter} allows. Replaces {@link #pingEvery}
     * and {@link #heartbeatEvery}. By default pings are sent.
     */
    public Builder withoutPings() {
      this.keepAlive = keepAlive.withNothing();
      return this;
    }

    /**
     * Ends a connection on which a ping was not answered for this long: the path to the server is
     * dead. The stream then reconnects, and its failure is {@link
     * dev.perennial.StreamException.Reason#STALE}. Any byte from the server is an answer, and time
     * during which the connection is not read does not count. By default the interval of the pings,
     * but at least 1 second and at most 10 seconds.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Builder pingTimeout(Duration limit) {
      this.keepAlive = keepAlive.withPingTimeout(limit);
      return this;
    }

    /**
     * Limits how long closing may take: sending what was accepted before, and the closing
     * handshake. Then the connection is cut. It does not delay the caller of {@code close()}. By
     * default 2 seconds.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Builder closeTimeout(Duration limit) {
      this.closeTimeout = requirePositive("closeTimeout", limit);
      return this;
    }

    /**
     * Sets the code that is sent to the server when this side closes a connection on that occasion.
     * Some servers end the session of a client that closes with 1000 or 1001. By default 1000.
     *
     * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999
     * @throws IllegalArgumentException if it is another one
     */
    public Builder closeCode(CloseOccasion occasion, int code) {
      closeCodes.put(Objects.requireNonNull(occasion, "occasion"), CloseFrame.requireMaySend(code));
      return this;
    }

    /**
     * As {@link #closeCode(CloseOccasion, int)}, for every occasion.
     *
     * @throws IllegalArgumentException as there
     */
    public Builder closeCode(int code) {
      for (CloseOccasion occasion : CloseOccasion.values()) {
        closeCode(occasion, code);
      }
      return this;
    }

    /**
     * Declares a finite stream that is complete when the server closes with 1000 or without a code.
     * Any other end of the connection leaves it incomplete. By default the stream reconnects: many
     * servers close in this way on a deploy. {@link dev.perennial.RetryPolicy#onCloseCode} says
     * what another code means.
     */
    public Builder endsWithClose() {
      this.endsWithClose = true;
      return this;
    }

    @Override
    protected boolean endsWithConnection() {
      return endsWithClose;
    }

    /**
     * Sends {@code message} at this interval instead of pings, for servers whose application has to
     * see that the client is alive. By default pings are sent.
     *
     * <p>If the {@linkplain #inboundQueue queue of inbound messages} is full, the connection is not
     * read until the consumer has caught up, and TCP holds the server back. The server's own pings
     * are not answered meanwhile.
     *
     * @param message sent as a text message
     * @throws IllegalArgumentException if the interval is not positive
     * @throws IllegalStateException if {@link #pingEvery} was set
     */
    public Builder heartbeatEvery(Duration interval, String message) {
      Objects.requireNonNull(message, "message");
      return heartbeatEvery(interval, () -> message);
    }

    /**
     * As {@link #heartbeatEvery(Duration, String)}, with a message that is created each time it is
     * sent, for example with the number of the last event. The interval lasts until the server
     * names another one: see {@link WebSocketSettings#heartbeatEvery}.
     *
     * @param message returns the text to send; null to leave this one out. Runs on the thread that
     *     sends, and must be quick. When it throws, the connection ends and is replaced
     * @throws IllegalArgumentException if the interval is not positive
     * @throws IllegalStateException if {@link #pingEvery} was set
     */
    public Builder heartbeatEvery(Duration interval, Supplier<@Nullable String> message) {
      this.keepAlive =
          keepAlive.withHeartbeats(interval, Objects.requireNonNull(message, "message"));
      return this;
    }

    /**
     * Lets {@code settings} change what a server may change: the interval of heartbeats, and when
     * the connection is replaced. One object serves one live subscription. By default there is
     * none.
     */
    public Builder settings(WebSocketSettings settings) {
      this.settings = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /**
     * Limits the messages that were received and wait for the consumer. By default 1,024 messages
     * and 16 MiB; a single message always fits.
     *
     * @param messages how many messages may wait
     * @param bytes how many bytes they may have in all
     * @throws IllegalArgumentException if one of the two is not positive
     */
    public Builder inboundQueue(int messages, int bytes) {
      if (messages <= 0 || bytes <= 0) {
        throw new IllegalArgumentException(
            "inboundQueue must have positive messages and bytes but was "
                + messages
                + " and "
                + bytes);
      }
      this.maxInboundMessages = messages;
      this.maxInboundBytes = bytes;
      return this;
    }

    /**
     * Lets the server compress its messages (permessage-deflate, RFC 7692). By default it may not:
     * compression costs both sides memory for each connection, and makes attacks such as CRIME and
     * BREACH possible. Messages to the server are never compressed.
     *
     * <p>Inflated bytes count for {@link #maxEventBytes}, and {@link #maxInflation} limits them
     * over the whole connection. Offers {@link CompressionOffer#standard()}.
     */
    public Builder compressed() {
      return compressed(CompressionOffer.standard());
    }

    /**
     * Lets the server compress its messages, as {@link #compressed()} does, but on these terms. The
     * server accepts one of them or does not compress; an answer to none of them is refused (RFC
     * 7692, 7.1).
     *
     * @param offers the preferred one first; at least one
     * @throws IllegalArgumentException if there is none
     */
    public Builder compressed(CompressionOffer... offers) {
      if (offers.length == 0) {
        throw new IllegalArgumentException("compressed needs at least one offer");
      }
      this.compression = compression.withOffers(offers);
      return this;
    }

    /**
     * Limits what compressed messages inflate to, over all messages of a connection: {@code ratio}
     * times their bytes on the wire, and {@code bytesPerSecond} besides. What is not used is saved,
     * up to {@link #maxEventBytes} or one second's bytes, whichever is more, so that a single
     * message is limited by its size only. More ends the connection with {@link
     * dev.perennial.StreamException.Reason#LIMIT}. By default 100 times and 16 MiB.
     *
     * @throws IllegalArgumentException if one of the two is not positive
     */
    public Builder maxInflation(int ratio, int bytesPerSecond) {
      this.compression = compression.withLimits(ratio, bytesPerSecond);
      return this;
    }

    @Override
    protected boolean isCursorInMessage() {
      return isCursorInOnOpen || isCursorInHandshake;
    }

    @Override
    protected UpgradeProtocol protocol(int maxEventBytes) {
      if (isSenderLate && sender != null && sender.isQueueing()) {
        throw new IllegalStateException(
            "refuseEarlySends() cannot be combined with a WebSocketSender that is queueing");
      }
      return new WebSocketProtocol(
          new WebSocketOptions(
              new Subprotocols(subprotocols, isSubprotocolOptional),
              compression,
              maxEventBytes,
              maxInboundMessages,
              maxInboundBytes,
              keepAlive.interval(),
              keepAlive.pingTimeout(),
              closeTimeout,
              canResume(),
              keepAlive.heartbeat(),
              onOpen,
              onControl,
              sender,
              handshake,
              handshakeLimit,
              isSenderLate,
              endsWithClose,
              Map.copyOf(closeCodes),
              new MessageHandling(payloadTransform(), kindFinder(), epochFinder(), settings)));
    }

    /**
     * Returns a stream whose connections are passed to {@code opened} when the first messages were
     * sent on them. It has no cursor.
     */
    <T> EventStream<T> shared(Consumer<WebSocketSender> opened, Decoder<T> decoder) {
      OpenHandler first = onOpen;
      boolean wasCursorInOnOpen = isCursorInOnOpen;
      boolean wasCursorInHandshake = isCursorInHandshake;
      onOpen =
          (out, cursor) -> {
            if (first != null) {
              first.onOpen(out, cursor);
            }
            opened.accept(out);
          };
      isCursorInOnOpen = false;
      isCursorInHandshake = false;
      try {
        return positionAtServer().stream(decoder);
      } finally {
        onOpen = first;
        isCursorInOnOpen = wasCursorInOnOpen;
        isCursorInHandshake = wasCursorInHandshake;
      }
    }

    /** Where it leads, as messages may show it. */
    String sharedEndpoint() {
      return transport().endpoint();
    }

    /** The reader thread does, so that it sees the control messages in what comes out. */
    @Override
    protected boolean transformsPayloads() {
      return true;
    }
  }
}
