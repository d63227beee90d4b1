package dev.perennial.testkit;

import java.util.concurrent.TimeUnit;

/** What a proxy does to the bytes of one direction; zero means nothing. */
record Shape(
    long latencyNanos, long bytesPerSecond, int sliceBytes, long slicePauseNanos, int holdBytes) {

  static final Shape CLEAR = new Shape(0, 0, 0, 0, 0);

  /** A limited bandwidth is spread over the second in pieces of a fiftieth of it. */
  private static final int PIECES_PER_SECOND = 50;

  Shape withLatency(long nanos) {
    return new Shape(nanos, bytesPerSecond, sliceBytes, slicePauseNanos, holdBytes);
  }

  Shape withBandwidth(long bytesPerSecond) {
    return new Shape(latencyNanos, bytesPerSecond, sliceBytes, slicePauseNanos, holdBytes);
  }

  Shape withSlices(int bytes, long pauseNanos) {
    return new Shape(latencyNanos, bytesPerSecond, bytes, pauseNanos, holdBytes);
  }

  Shape withHold(int bytes) {
    return new Shape(latencyNanos, bytesPerSecond, sliceBytes, slicePauseNanos, bytes);
  }

  /** How many of the given bytes may be written before the next pause. */
  int piece(int bytes) {
    int piece = sliceBytes > 0 ? Math.min(bytes, sliceBytes) : bytes;
    if (bytesPerSecond > 0) {
      piece = (int) Math.min(piece, Math.max(1, bytesPerSecond / PIECES_PER_SECOND));
    }
    return piece;
  }

  /** How long the bandwidth takes for so many bytes. */
  long transferNanos(int bytes) {
    return bytesPerSecond > 0 ? TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond : 0;
  }
}
