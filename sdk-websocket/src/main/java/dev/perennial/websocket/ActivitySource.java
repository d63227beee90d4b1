package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/**
 * Counts the bytes of a connection and notes when they came. Every byte proves that the connection
 * is alive, whatever frame it belongs to.
 *
 * <p>Read by the reader thread; the accessors may be called by any thread. All times are on the
 * clock of the Timekeeper.
 */
final class ActivitySource extends ForwardingSource {
  private final Timekeeper time;

  // Written by the reader thread only.
  private volatile long bytesRead;
  private volatile long lastByteNanos;
  private volatile long messageStartNanos;

  ActivitySource(Source delegate, Timekeeper time) {
    super(delegate);
    this.time = time;
    this.lastByteNanos = time.nanoTime();
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long count = super.read(sink, byteCount);
    if (count > 0) {
      lastByteNanos = time.nanoTime();
      bytesRead = bytesRead() + count;
    }
    return count;
  }

  /**
   * The reader thread begins to take a message. That is its start, even if its first bytes came
   * with an earlier read: the reader may have waited since then until the queue had space.
   */
  void startMessage() {
    messageStartNanos = time.nanoTime();
  }

  long bytesRead() {
    return bytesRead;
  }

  /** When the last byte came; before the first one, when the handshake was done. */
  long lastByteNanos() {
    return lastByteNanos;
  }

  /** When the reader thread began to take the message that started last. */
  long messageStartNanos() {
    return messageStartNanos;
  }
}
