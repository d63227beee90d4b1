package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.internal.time.Durations;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * Computes how long a read may still wait. All times are on the clock of the Timekeeper.
 *
 * @param nowNanos the time now
 * @param lastByteNanos when the last byte came
 * @param waitingSinceNanos when the read began; silence before it does not count, since the
 *     consumer asked for nothing
 */
record ReadDeadline(long nowNanos, long lastByteNanos, long waitingSinceNanos) {

  /**
   * Returns the nanoseconds left if no message has begun.
   *
   * @throws SocketTimeoutException if none is left: the connection is stale
   */
  long leftNanos(Deadlines limits, String endpoint) throws SocketTimeoutException {
    boolean isByteLater = lastByteNanos - waitingSinceNanos > 0;
    long silentSinceNanos = isByteLater ? lastByteNanos : waitingSinceNanos;
    long leftNanos = limits.noByteNanos() - (nowNanos - silentSinceNanos);
    if (leftNanos <= 0) {
      throw new SocketTimeoutException(
          "No byte came from " + endpoint + " for " + Durations.ofNanos(limits.noByteNanos()));
    }
    return leftNanos;
  }

  /**
   * Returns the nanoseconds left if a message is incomplete.
   *
   * @param messageStartNanos when its first byte was taken
   * @throws IOException if none is left: the connection is stale or stalled
   */
  long leftNanos(Deadlines limits, String endpoint, long messageStartNanos) throws IOException {
    long leftNanos = limits.oneEventNanos() - (nowNanos - messageStartNanos);
    if (leftNanos <= 0) {
      throw new TransportException(
          Reason.STALLED,
          "Expected the end of a message from "
              + endpoint
              + " within "
              + Durations.ofNanos(limits.oneEventNanos())
              + " of its beginning");
    }
    return Math.min(leftNanos, leftNanos(limits, endpoint));
  }
}
