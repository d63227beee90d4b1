package dev.perennial.websocket;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * How long a read may still wait. All times are on the clock of the timekeeper.
 *
 * @param nowNanos the time now
 * @param lastByteNanos when the last byte came
 * @param waitingSinceNanos when the read began: silence before it was not waited for
 */
record ReadDeadline(long nowNanos, long lastByteNanos, long waitingSinceNanos) {

  /**
   * While no message has begun.
   *
   * @throws SocketTimeoutException when it is over
   */
  long leftNanos(Deadlines limits, String endpoint) throws SocketTimeoutException {
    boolean isByteLater = lastByteNanos - waitingSinceNanos > 0;
    long sinceNanos = isByteLater ? lastByteNanos : waitingSinceNanos;
    long leftNanos = limits.noByteNanos() - (nowNanos - sinceNanos);
    if (leftNanos <= 0) {
      throw new SocketTimeoutException(
          "No byte came from " + endpoint + " for " + Duration.ofNanos(limits.noByteNanos()));
    }
    return leftNanos;
  }

  /**
   * While a message that began at {@code beganNanos} is not whole.
   *
   * @throws IOException when it is over
   */
  long leftNanos(Deadlines limits, String endpoint, long beganNanos) throws IOException {
    long restNanos = limits.oneEventNanos() - (nowNanos - beganNanos);
    if (restNanos <= 0) {
      throw new TransportException(
          Reason.STALLED,
          "Expected the end of a message from "
              + endpoint
              + " within "
              + Duration.ofNanos(limits.oneEventNanos())
              + " of its beginning");
    }
    return Math.min(restNanos, leftNanos(limits, endpoint));
  }
}
