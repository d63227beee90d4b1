package dev.perennial.spi;

import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import org.jspecify.annotations.Nullable;

/**
 * How a subscription reaches its stream. One transport serves any number of subscriptions, on any
 * thread.
 *
 * <p>{@link dev.perennial.EventStream#of EventStream.of} makes a stream of a transport whose frames
 * say what they are. {@link StreamBuilder#of} is for payloads that hold it: cursors, ids, sequence
 * numbers, heartbeats, control messages and the end of a finite stream.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Transport {

  /**
   * Makes the connection for one attempt. No I/O happens yet, so that {@link
   * StreamConnection#close} has a target from the first moment on.
   */
  StreamConnection newConnection(Attempt attempt);

  /**
   * A subscription has ended: no attempt of it follows, and its last connection was closed. Called
   * once by the engine's thread, before the consumer's last callback. By default nothing is done.
   *
   * @param subscription that of {@link Attempt#subscription}; perhaps there was no attempt
   */
  default void ended(StreamSubscription subscription) {}

  /**
   * The endpoint as messages may show it: without query and user info. By default {@code "the
   * stream"}.
   */
  default String endpoint() {
    return "the stream";
  }

  /**
   * The key by which retries are limited {@linkplain StreamRuntime.Builder#attemptsPerHost per
   * host}: host and port. By default the endpoint.
   */
  default String host() {
    return endpoint();
  }

  /** Whether a refused credential can be replaced by a fresh one. By default not. */
  default boolean hasCredentials() {
    return false;
  }

  /** The numbers that the server counts its events with. By default none: null. */
  default @Nullable Sequence sequence() {
    return null;
  }

  /**
   * Whether the server itself remembers how far this client is, and continues there on each
   * connection. Then no attempt has a cursor, and an interruption is no gap. By default not.
   */
  default boolean isPositionAtServer() {
    return false;
  }
}
