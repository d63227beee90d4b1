package dev.perennial.websocket;

import dev.perennial.Decoder;
import dev.perennial.DedupeWindow;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.StreamBuilder;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket that many subscriptions share, each to a topic of its own, such as the channels of
 * an exchange.
 *
 * <pre>{@code
 * SharedSocket socket =
 *     SharedSocket.builder(WebSockets.builder("wss://feed.example.com/"))
 *         .topicOf(Json.field("/channel"))
 *         .subscribe(topic -> "{\"op\":\"subscribe\",\"channel\":\"" + topic + "\"}")
 *         .unsubscribe(topic -> "{\"op\":\"unsubscribe\",\"channel\":\"" + topic + "\"}")
 *         .build();
 * EventStream<String> trades = socket.topic("trades").stream();
 * EventStream<Tick> prices = socket.topic("prices").stream(Json.decoder(Tick.class));
 * }</pre>
 *
 * <p>Each stream is one like any other: it has its own demand, cursor, gaps, overflow policy and
 * end. The socket is opened for the first subscription, and closed when the last one has ended or
 * is parked. When its connection is lost it reconnects, and each topic is subscribed to again. When
 * it fails for good or is complete, so is each subscription.
 *
 * <p>A subscription whose consumer is slow does not hold up the others. When its {@linkplain
 * Builder#queue queue} is full it is put away: unsubscribed, and subscribed to again when the
 * consumer has caught up. With {@link Builder#resume} it goes on from its cursor; without that, it
 * has a {@link dev.perennial.Gap}. One that is parked meanwhile holds the socket until it is
 * closed.
 *
 * <p>Several subscriptions may have the same topic. The server is sent a subscription for each, and
 * the end of it when the last one has ended. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class SharedSocket {
  private final SocketHub hub;
  private final TopicOptions options;
  private final String endpoint;

  private SharedSocket(SocketHub hub, TopicOptions options, String endpoint) {
    this.hub = hub;
    this.options = options;
    this.endpoint = endpoint;
  }

  /**
   * Starts to describe a shared socket.
   *
   * @param socket describes the connection: its URL, login, pings and so on. It must not be changed
   *     or used afterwards. It has no cursor: each topic has its own
   */
  public static Builder builder(WebSockets.Builder socket) {
    return new Builder(Objects.requireNonNull(socket, "socket"));
  }

  /**
   * Starts to describe streams of the messages of {@code topic}, as text by default.
   *
   * @param topic as {@link Builder#topicOf} finds it in messages; shown in messages of failures
   */
  public StreamBuilder<?> topic(String topic) {
    return new TopicStreams(hub, options, Objects.requireNonNull(topic, "topic"), endpoint);
  }

  @Override
  public String toString() {
    return "SharedSocket[" + endpoint + "]";
  }

  /** Describes a shared socket. Not thread-safe. */
  public static final class Builder {
    private static final int DEFAULT_MESSAGES = 1_024;
    private static final int DEFAULT_BYTES = 16 * 1024 * 1024;

    private final WebSockets.Builder socket;
    private @Nullable RetryPolicy retry; // Null for that of any stream.
    private StreamRuntime runtime = StreamRuntime.shared();
    private int maxMessages = DEFAULT_MESSAGES;
    private int maxBytes = DEFAULT_BYTES;
    private boolean canResume;
    private Function<? super Payload, @Nullable String> confirmed = payload -> null;

    // Null until set.
    private @Nullable Function<? super Payload, @Nullable String> topicOf;
    private @Nullable BiFunction<String, @Nullable String, String> subscribe;
    private @Nullable Function<String, String> unsubscribe;

    private Builder(WebSockets.Builder socket) {
      this.socket = socket;
    }

    /**
     * Finds the topic of a message. Required.
     *
     * @param finder sees each message on the socket's thread, and must be quick. Null for a message
     *     of no topic, which is dropped; when it throws the message is malformed
     */
    public Builder topicOf(Function<? super Payload, @Nullable String> finder) {
      this.topicOf = Objects.requireNonNull(finder, "finder");
      return this;
    }

    /**
     * Makes the message that subscribes to a topic, on each connection. It does not resume: an
     * interruption is a gap. Replaces {@link #resume}; one of the two is required.
     *
     * @param message returns a text message; runs on the thread of the topic's subscription
     */
    public Builder subscribe(Function<String, String> message) {
      Objects.requireNonNull(message, "message");
      this.subscribe = (topic, cursor) -> message.apply(topic);
      this.confirmed = payload -> null;
      this.canResume = false;
      return this;
    }

    /**
     * Makes the message that subscribes to a topic and says where to resume. Replaces {@link
     * #subscribe}.
     *
     * <p>A topic that was put away is subscribed to again on the same connection, where messages of
     * the subscription before may still be under way. What comes before the server's confirmation
     * is dropped, so that the events stay in order. If there is none within 10 seconds, the attempt
     * has failed.
     *
     * @param message returns a text message from the topic and the cursor to resume after, which is
     *     null to start where the server starts; runs on the thread of the topic's subscription
     * @param confirmedTopic finds the topic in the server's confirmation of a subscription; null
     *     for any other message. A confirmation is not delivered
     */
    public Builder resume(
        BiFunction<String, @Nullable String, String> message,
        Function<? super Payload, @Nullable String> confirmedTopic) {
      this.subscribe = Objects.requireNonNull(message, "message");
      this.confirmed = Objects.requireNonNull(confirmedTopic, "confirmedTopic");
      this.canResume = true;
      return this;
    }

    /**
     * Makes the message that ends the subscription to a topic. By default none is sent.
     *
     * @param message returns a text message; runs on the thread that ends the subscription, and
     *     must be quick
     */
    public Builder unsubscribe(Function<String, String> message) {
      this.unsubscribe = Objects.requireNonNull(message, "message");
      return this;
    }

    /**
     * Limits the messages of each subscription that wait for its consumer. By default 1,024
     * messages and 16 MiB; a single message always fits.
     *
     * @throws IllegalArgumentException if one of the two is not positive
     */
    public Builder queue(int messages, int bytes) {
      if (messages <= 0 || bytes <= 0) {
        throw new IllegalArgumentException(
            "queue must have positive messages and bytes but was " + messages + " and " + bytes);
      }
      this.maxMessages = messages;
      this.maxBytes = bytes;
      return this;
    }

    /** How the socket reconnects. Default: see {@link RetryPolicy}. */
    public Builder retry(RetryPolicy policy) {
      this.retry = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** What the socket shares with other streams. Default: {@link StreamRuntime#shared()}. */
    public Builder runtime(StreamRuntime shared) {
      this.runtime = Objects.requireNonNull(shared, "shared");
      return this;
    }

    /**
     * Makes the shared socket. Does no I/O.
     *
     * @throws IllegalStateException if {@link #topicOf} or {@link #subscribe} is missing, or the
     *     socket has a cursor
     */
    public SharedSocket build() {
      Function<? super Payload, @Nullable String> finder = topicOf;
      BiFunction<String, @Nullable String, String> message = subscribe;
      if (finder == null || message == null) {
        throw new IllegalStateException("A shared socket needs topicOf(…) and subscribe(…)");
      }
      Decoder<SocketHub.Routed> decoder = decoder(finder, confirmed);
      RetryPolicy policy = retry;
      StreamRuntime shared = runtime;
      Function<Consumer<WebSocketSender>, EventStream<SocketHub.Routed>> sockets =
          opened -> {
            EventStream<SocketHub.Routed> messages =
                socket.shared(opened, decoder).withDedupe(DedupeWindow.none()).withRuntime(shared);
            return policy == null ? messages : messages.withRetry(policy);
          };
      return new SharedSocket(
          new SocketHub(sockets),
          new TopicOptions(message, unsubscribe, canResume, maxMessages, maxBytes),
          socket.sharedEndpoint());
    }

    private static Decoder<SocketHub.Routed> decoder(
        Function<? super Payload, @Nullable String> topicOf,
        Function<? super Payload, @Nullable String> confirmed) {
      return payload ->
          new SocketHub.Routed(
              topicOf.apply(payload), confirmed.apply(payload), Message.copyOf(payload));
    }
  }
}
