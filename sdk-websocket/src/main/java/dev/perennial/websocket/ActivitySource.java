package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/** Notes when bytes came: each of them is a sign of life, whatever it belongs to. */
final class ActivitySource extends ForwardingSource {
  private final Timekeeper time;
  private final BooleanSupplier isInsideMessage;

  // Written by the thread that reads alone.
  private volatile long bytesRead;
  private volatile long lastByteNanos;
  private volatile long messageBeganNanos;

  /**
   * Notes what comes from {@code delegate}.
   *
   * @param isInsideMessage whether a part of a message was read before, asked by the thread that
   *     reads
   */
  ActivitySource(Source delegate, Timekeeper time, BooleanSupplier isInsideMessage) {
    super(delegate);
    this.time = time;
    this.isInsideMessage = isInsideMessage;
    this.lastByteNanos = time.nanoTime();
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long count = super.read(sink, byteCount);
    if (count > 0) {
      long now = time.nanoTime();
      if (!isInsideMessage.getAsBoolean()) {
        messageBeganNanos = now;
      }
      lastByteNanos = now;
      bytesRead = bytesRead() + count;
    }
    return count;
  }

  long bytesRead() {
    return bytesRead;
  }

  /** The time of the bytes that brought the beginning of the message that is not whole yet. */
  long messageBeganNanos() {
    return messageBeganNanos;
  }

  /** The time of the last byte; that of the handshake while none came yet. */
  long lastByteNanos() {
    return lastByteNanos;
  }
}
