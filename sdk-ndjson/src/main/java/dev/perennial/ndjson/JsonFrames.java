package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.BufferFrame;
import dev.perennial.json.JsonField;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes the frames of one connection from the JSON texts in its buffer. */
final class JsonFrames {
  static final int MAX_CURSOR_BYTES = 4 * 1024;

  private static final String TYPE = "message";

  private final JsonText json;
  private final BufferFrame frame = new BufferFrame();

  /**
   * Makes frames with the cursors of a field.
   *
   * @param cursor the field with the cursor of each event; null to look for none
   */
  JsonFrames(@Nullable JsonField cursor) {
    this.json = new JsonText(cursor);
  }

  BufferFrame heartbeat() {
    return frame.asHeartbeat();
  }

  /**
   * Returns the event with these bytes. It has a {@linkplain BufferFrame#defect defect} if they are
   * not exactly one JSON value.
   *
   * @throws TransportException if its cursor is too large
   */
  BufferFrame event(byte[] array, int offset, int length) throws TransportException {
    String cursor;
    try {
      cursor = json.read(array, offset, length);
    } catch (IOException e) {
      return frame.asDefectiveEvent(array, offset, length, e);
    }
    if (cursor == null || cursor.isEmpty()) {
      return frame.asEvent(TYPE, null, array, offset, length);
    }
    requireBounded(cursor);
    return frame.asEvent(TYPE, cursor, array, offset, length);
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
