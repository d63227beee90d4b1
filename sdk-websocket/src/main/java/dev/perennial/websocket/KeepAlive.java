package dev.perennial.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a ping, or the application's own heartbeat message, at a fixed interval until it is
 * stopped, and notices that a ping is not answered. It runs on the timer thread, where sending only
 * queues a frame.
 */
final class KeepAlive {
  /*
   * When a ping is unanswered
   *
   * A ping is answered by any byte that comes after it was sent: a server that is busy sending a
   * large message is alive, and its pong waits behind that message. The limit counts from when the
   * ping was written, not from when it was queued. What is not the server's silence does not count:
   *
   *   - time during which we do not read, because the consumer's queue is full;
   *   - time during which more waits to be sent. The ping is then behind other bytes in the
   *     system's buffer, and the limit on a write without progress (WebSocketSession) applies.
   *
   * One check is pending at a time, and another one replaces it only to come sooner. So pings or
   * probes that are sent more often than the limit do not put it off.
   */

  private static final byte[] NO_PAYLOAD = {};

  /** The other end of the connection. */
  interface Peer {

    /** When the last byte came from it. */
    long lastByteNanos();

    /** Since when we read all that it sends; now, if we do not. */
    long readingSinceNanos();

    /** It left a ping unanswered for this long. Called on the timer thread, at most once. */
    void onPingUnanswered(Duration limit);
  }

  private final Timekeeper time;
  private final FrameSender outbound;
  private final Peer peer;
  private final long limitNanos;

  /** Null to send pings. */
  private final @Nullable Supplier<@Nullable String> heartbeat;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private boolean isStopped;

  /** 0 to send nothing. */
  @GuardedBy("lock")
  private long intervalNanos;

  /** Null until started. */
  @GuardedBy("lock")
  private Timekeeper.@Nullable Timer next;

  /** Null while no ping waits for its answer. */
  @GuardedBy("lock")
  private Timekeeper.@Nullable Timer check;

  /** When the pending check is due; meaningful while there is one. */
  @GuardedBy("lock")
  private long checkDueNanos;

  /**
   * A stopped timer.
   *
   * @param interval positive; null to send nothing until {@link #every}
   * @param limit how long a ping may be unanswered; positive
   * @param heartbeat makes the text message to send, null to leave one out; null to send pings
   */
  KeepAlive(
      Timekeeper time,
      FrameSender outbound,
      Peer peer,
      @Nullable Duration interval,
      Duration limit,
      @Nullable Supplier<@Nullable String> heartbeat) {
    this.time = time;
    this.outbound = outbound;
    this.peer = peer;
    this.intervalNanos = interval == null ? 0 : Nanos.of(interval);
    this.limitNanos = Nanos.of(limit);
    this.heartbeat = heartbeat;
  }

  /** Sends for the first time when the interval has passed. Does nothing once stopped. */
  void start() {
    lock.lock();
    try {
      if (next != null) {
        next.close(); // Unless it has just fired, the interval was changed.
      }
      if (!isStopped && intervalNanos > 0) {
        next = time.schedule(this::sendAndRestart, intervalNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends at another interval, the next time when it has passed. Any thread. */
  void every(Duration interval) {
    lock.lock();
    try {
      intervalNanos = Nanos.of(interval);
    } finally {
      lock.unlock();
    }
    start();
  }

  private void sendAndRestart() {
    if (heartbeat == null) {
      outbound.ping(NO_PAYLOAD, () -> expectAnswer(limitNanos));
    } else {
      outbound.heartbeat(heartbeat);
    }
    start();
  }

  /** Sends a ping now, which has to be answered within {@code nanos}. Any thread. */
  void probe(long nanos) {
    outbound.ping(NO_PAYLOAD, () -> expectAnswer(nanos));
  }

  /** A ping was written. The sending thread. */
  private void expectAnswer(long nanos) {
    checkAfter(nanos, time.nanoTime(), nanos);
  }

  private void checkAfter(long delayNanos, long sentNanos, long allowedNanos) {
    long dueNanos = time.nanoTime() + delayNanos;
    lock.lock();
    try {
      boolean isSooner = check == null || dueNanos - checkDueNanos < 0;
      if (!isStopped && isSooner) {
        closeCheck();
        check = time.schedule(() -> check(sentNanos, allowedNanos), delayNanos);
        checkDueNanos = dueNanos;
      }
    } finally {
      lock.unlock();
    }
  }

  private void check(long sentNanos, long allowedNanos) {
    endCheck();
    if (peer.lastByteNanos() - sentNanos >= 0) {
      return;
    }
    long sinceNanos = Nanos.later(sentNanos, peer.readingSinceNanos());
    long leftNanos = allowedNanos - (time.nanoTime() - sinceNanos);
    if (outbound.queuedBytes() > 0) {
      leftNanos = allowedNanos;
    }
    if (leftNanos > 0) {
      checkAfter(leftNanos, sentNanos, allowedNanos);
    } else if (stop()) {
      peer.onPingUnanswered(Duration.ofNanos(allowedNanos));
    }
  }

  private void endCheck() {
    lock.lock();
    try {
      closeCheck();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void closeCheck() {
    if (check != null) {
      check.close();
      check = null;
    }
  }

  /** Stops for good. Any thread; idempotent. Returns whether it was not stopped before. */
  boolean stop() {
    lock.lock();
    try {
      boolean isFirst = !isStopped;
      isStopped = true;
      if (next != null) {
        next.close();
      }
      closeCheck();
      return isFirst;
    } finally {
      lock.unlock();
    }
  }
}
