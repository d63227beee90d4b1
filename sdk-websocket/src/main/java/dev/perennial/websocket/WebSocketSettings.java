package dev.perennial.websocket;

import static dev.perennial.internal.time.Durations.requirePositive;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about its connections in messages: how often it expects a heartbeat, and when
 * it will end this connection. Create one, pass it to {@link WebSockets.Builder#settings}, and call
 * it where such a message is seen, such as in a {@link ControlHandler}.
 *
 * <pre>{@code
 * WebSocketSettings settings = WebSocketSettings.create();
 * WebSockets.builder("wss://gateway.example.com/")
 *     .settings(settings)
 *     .heartbeatEvery(Duration.ofSeconds(45), () -> "{\"op\":1,\"d\":" + lastNumber + "}")
 *     .classify(message -> isHello(message) ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
 *     .onControl((out, hello) -> settings.heartbeatEvery(intervalOf(hello)));
 * }</pre>
 *
 * <p>An address or a session id that the server names belongs into the cursor, which {@link
 * dev.perennial.spi.StreamBuilder#cursor(java.util.function.BiFunction)} carries on, and which the
 * {@link dev.perennial.http.RequestSource} and the {@link ResumingHandshakeHandler} receive on each
 * connection. {@link WebSockets.Builder#epoch} notices another session.
 *
 * <p>All methods may be called by any thread. None blocks.
 *
 * @since 0.1.0
 */
public final class WebSocketSettings {
  private final ReentrantLock lock = new ReentrantLock();

  // Used with the lock held.
  private volatile @Nullable Duration heartbeat; // Null until the server named an interval.
  private volatile @Nullable StreamSubscription owner; // Null before the first connection.
  private volatile @Nullable AdjustableSession open; // Null while no connection is.

  private WebSocketSettings() {}

  /** Returns settings that no subscription uses yet. */
  public static WebSocketSettings create() {
    return new WebSocketSettings();
  }

  /**
   * Sends pings or heartbeats at this interval from now on, on the open connection and on those
   * that follow. The next one is sent when the interval has passed.
   *
   * @throws IllegalArgumentException if the interval is not positive
   */
  public void heartbeatEvery(Duration interval) {
    requirePositive("heartbeatEvery", interval);
    AdjustableSession session;
    lock.lock();
    try {
      heartbeat = interval;
      session = open;
    } finally {
      lock.unlock();
    }
    if (session != null) {
      session.keepAliveEvery(interval);
    }
  }

  /**
   * The server will end the open connection in this time: it is replaced before, when nine tenths
   * of the time have passed. That is no failure. Does nothing while no connection is open.
   *
   * @throws IllegalArgumentException if the time is not positive
   */
  public void endsIn(Duration left) {
    requirePositive("endsIn", left);
    AdjustableSession session;
    lock.lock();
    try {
      session = open;
    } finally {
      lock.unlock();
    }
    if (session != null) {
      session.replaceAfter(Nanos.of(left) / 10 * 9);
    }
  }

  /**
   * Reserves these settings for a subscription until that has ended.
   *
   * @throws TransportException if another live subscription uses them; permanent
   */
  void claim(StreamSubscription subscription) throws TransportException {
    lock.lock();
    try {
      StreamSubscription other = owner;
      if (other != null
          && other != subscription
          && !(other.state() instanceof StreamState.Closed)) {
        throw new TransportException(
                Reason.PROTOCOL,
                "Expected one live subscription for WebSocketSettings but another one has them")
            .permanent();
      }
      owner = subscription;
    } finally {
      lock.unlock();
    }
  }

  /** The connection is open; returns the interval that the server named, or null. */
  @Nullable Duration opened(AdjustableSession session) {
    lock.lock();
    try {
      open = session;
      return heartbeat;
    } finally {
      lock.unlock();
    }
  }

  /** The connection has ended. Does nothing if another one is open. */
  void closed(AdjustableSession session) {
    lock.lock();
    try {
      open = open == session ? null : open;
    } finally {
      lock.unlock();
    }
  }
}
