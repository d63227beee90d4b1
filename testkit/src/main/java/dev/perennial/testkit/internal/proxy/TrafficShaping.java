package dev.perennial.testkit.internal.proxy;

import java.util.concurrent.TimeUnit;

/** How a proxy shapes the bytes of one direction; zero disables a setting. */
public record TrafficShaping(
    long latencyNanos, long bytesPerSecond, int sliceBytes, long slicePauseNanos, int holdBytes) {

  static final TrafficShaping CLEAR = new TrafficShaping(0, 0, 0, 0, 0);

  /** A limited bandwidth is spread over a second in this many pieces. */
  private static final int PIECES_PER_SECOND = 50;

  public TrafficShaping withLatency(long nanos) {
    return new TrafficShaping(nanos, bytesPerSecond, sliceBytes, slicePauseNanos, holdBytes);
  }

  public TrafficShaping withBandwidth(long bytesPerSecond) {
    return new TrafficShaping(latencyNanos, bytesPerSecond, sliceBytes, slicePauseNanos, holdBytes);
  }

  public TrafficShaping withSlices(int bytes, long pauseNanos) {
    return new TrafficShaping(latencyNanos, bytesPerSecond, bytes, pauseNanos, holdBytes);
  }

  public TrafficShaping withHold(int bytes) {
    return new TrafficShaping(latencyNanos, bytesPerSecond, sliceBytes, slicePauseNanos, bytes);
  }

  /** Returns how many of the given bytes may be written before the next pause. */
  int piece(int bytes) {
    int piece = sliceBytes > 0 ? Math.min(bytes, sliceBytes) : bytes;
    if (bytesPerSecond > 0) {
      piece = (int) Math.min(piece, Math.max(1, bytesPerSecond / PIECES_PER_SECOND));
    }
    return piece;
  }

  /** Returns how long these bytes take at the limited bandwidth. */
  long transferNanos(int bytes) {
    return bytesPerSecond > 0 ? TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond : 0;
  }
}
