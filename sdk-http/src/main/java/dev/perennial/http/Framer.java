package dev.perennial.http;

import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in the bytes of one body. There is one framer for each connection; it belongs to
 * the thread that reads, and may return the same frame object each time.
 *
 * @since 0.1.0
 */
public interface Framer {

  /**
   * Returns the next frame whose last byte is in the buffer; null when more bytes are needed. The
   * frame may be a view of the buffer, valid until the next call.
   *
   * @throws TransportException when what was read breaks the format or a limit
   */
  @Nullable Frame next(ReadBuffer in) throws TransportException;

  /**
   * Returns the frame that the orderly end of the body completes; null when there is none. Called
   * once, after {@link #next} returned null for the last time.
   *
   * @throws TransportException when what was read breaks the format
   */
  @Nullable Frame end(ReadBuffer in) throws TransportException;

  /**
   * Whether some bytes of an event have come, but not its last one. After {@link #end}: whether the
   * body has ended inside an event that was not returned.
   */
  boolean isInsideEvent();
}
