package dev.perennial.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.perennial.spi.Timekeeper;

/**
 * Bounds what a connection inflates, over all its messages. A few bytes on the wire can inflate to
 * very many. A message has a limit of its own, but a hostile server could send one after the other
 * and keep the client busy with almost no bytes.
 *
 * <p>Each byte on the wire pays for so many inflated bytes as the ratio says, and each second for
 * some more. What is not used is saved, up to the largest message or one second's bytes, whichever
 * is more; so a message within its limit passes however well it was compressed. Used by the reader
 * thread only.
 */
final class InflationBudget {
  private final CompressionSettings settings;
  private final Timekeeper time;
  private final long most;

  private long left;
  private long countedNanos;

  /**
   * A budget that is full.
   *
   * @param maxMessageBytes the size limit of a message, after inflating
   */
  InflationBudget(CompressionSettings settings, int maxMessageBytes, Timekeeper time) {
    this.settings = settings;
    this.time = time;
    this.most = Math.max(maxMessageBytes, settings.maxBytesPerSecond());
    this.left = most;
    this.countedNanos = time.nanoTime();
  }

  /** Counts bytes of the wire before they are inflated. */
  void earn(int wireBytes) {
    long nowNanos = time.nanoTime();
    double seconds = (double) (nowNanos - countedNanos) / SECONDS.toNanos(1);
    countedNanos = nowNanos;
    double earned =
        seconds * settings.maxBytesPerSecond() + (double) wireBytes * settings.maxRatio();
    left = (long) Math.min((double) most, left + earned);
  }

  /**
   * Counts inflated bytes.
   *
   * @throws FrameException if they are too many
   */
  void spend(int inflatedBytes) throws FrameException {
    left -= inflatedBytes;
    if (left < 0) {
      throw FrameException.tooLarge(
          "Expected compressed messages to inflate to at most "
              + settings.maxRatio()
              + " times their bytes and "
              + settings.maxBytesPerSecond()
              + " bytes per second (maxInflation) but was more");
    }
  }
}
