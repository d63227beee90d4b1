package dev.perennial.http;

import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in the bytes of one body. There is one framer for each connection; it belongs to
 * the thread that reads, and may return the same frame object each time.
 *
 * <p>A framer of your own: events between semicolons.
 *
 * <pre>{@code
 * final class SemicolonFramer implements Framer {
 *   private final BufferFrame frame = new BufferFrame();
 *   private int scanned; // From the start of the buffer, which may move between calls.
 *
 *   @Override
 *   public Frame next(ReadBuffer in) {
 *     byte[] array = in.array();
 *     int from = in.start();
 *     for (int i = from + scanned; i < in.end(); i++) {
 *       if (array[i] == ';') {
 *         in.consume(i + 1); // The bytes stay where they are until the next call.
 *         scanned = 0;
 *         return frame.asEvent("message", null, array, from, i - from);
 *       }
 *     }
 *     scanned = in.end() - from;
 *     return null; // More bytes are needed.
 *   }
 *
 *   @Override
 *   public Frame end(ReadBuffer in) {
 *     return null; // What has no semicolon was cut.
 *   }
 *
 *   @Override
 *   public boolean isInsideEvent() {
 *     return scanned > 0;
 *   }
 * }
 * }</pre>
 *
 * <p>A framer limits the size of its events: it throws a {@link TransportException} with {@link
 * dev.perennial.StreamException.Reason#LIMIT} before an event that does not end fills the memory.
 *
 * <p>Implementations need not be thread-safe.
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

  /**
   * What has to follow at once, since the rest of the event is here: the end of a line after a
   * whole value. If it does not come within ten seconds, the format is another one than expected,
   * and the connection ends as malformed. By default null: nothing has to.
   */
  default @Nullable String overdue() {
    return null;
  }
}
