package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.StreamException.Reason;
import dev.perennial.json.JsonField;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes the frames of one connection out of pieces of its buffer. */
final class JsonEvents {
  static final int MAX_CURSOR_BYTES = 4 * 1024;

  private final JsonText json;
  private final NdjsonFrame frame = new NdjsonFrame();

  /**
   * Makes frames.
   *
   * @param cursor where the cursor of each event is; null when that is not for us to find
   */
  JsonEvents(@Nullable JsonField cursor) {
    this.json = new JsonText(cursor);
  }

  NdjsonFrame heartbeat() {
    return frame.heartbeat();
  }

  /**
   * The event that is written here, defective when it is not one JSON value.
   *
   * @throws TransportException when its cursor is too large
   */
  NdjsonFrame event(byte[] array, int offset, int length) throws TransportException {
    String cursor;
    try {
      cursor = json.read(array, offset, length);
    } catch (IOException e) {
      return frame.defective(array, offset, length, e);
    }
    if (cursor == null || cursor.isEmpty()) {
      return frame.event(array, offset, length, null);
    }
    requireBounded(cursor);
    return frame.event(array, offset, length, cursor);
  }

  private static void requireBounded(String cursor) throws TransportException {
    if (cursor.length() <= MAX_CURSOR_BYTES / 3) { // No char has more than 3 bytes.
      return;
    }
    int bytes = cursor.getBytes(UTF_8).length;
    if (bytes > MAX_CURSOR_BYTES) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected a cursor of at most " + MAX_CURSOR_BYTES + " bytes but was " + bytes);
    }
  }
}
