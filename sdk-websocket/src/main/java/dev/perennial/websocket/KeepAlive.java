package dev.perennial.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends a ping, or the application's own heartbeat message, at a fixed interval until it is
 * stopped. It runs on the timer thread, where sending only queues a frame.
 */
final class KeepAlive {
  private static final byte[] NO_PAYLOAD = {};

  private final Timekeeper time;
  private final FrameSender outbound;
  private final long intervalNanos;

  /** Null to send pings. */
  private final @Nullable Message heartbeat;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private boolean isStopped;

  /** Null until started. */
  @GuardedBy("lock")
  private Timekeeper.@Nullable Timer next;

  /**
   * A stopped timer.
   *
   * @param interval positive
   * @param heartbeat the text message to send; null to send pings
   */
  KeepAlive(Timekeeper time, FrameSender outbound, Duration interval, @Nullable String heartbeat) {
    this.time = time;
    this.outbound = outbound;
    this.intervalNanos = Nanos.of(interval);
    this.heartbeat = heartbeat == null ? null : Message.text(heartbeat);
  }

  /** Sends for the first time when the interval has passed. Does nothing once stopped. */
  void start() {
    lock.lock();
    try {
      if (!isStopped) {
        next = time.schedule(this::sendAndRestart, intervalNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void sendAndRestart() {
    if (heartbeat == null) {
      outbound.ping(NO_PAYLOAD);
    } else {
      outbound.send(heartbeat);
    }
    start();
  }

  /** Stops for good. Any thread; idempotent. */
  void stop() {
    lock.lock();
    try {
      isStopped = true;
      if (next != null) {
        next.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
