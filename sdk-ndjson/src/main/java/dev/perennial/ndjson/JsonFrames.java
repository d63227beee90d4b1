package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.BufferFrame;
import dev.perennial.json.JsonField;
import dev.perennial.json.JsonScanner;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes the frames of one connection from the JSON texts in its buffer. */
final class JsonFrames {
  private static final int MAX_DEPTH = 100;

  private static final String TYPE = "message";

  private final JsonScanner json;
  private final int maxCursorBytes;
  private final BufferFrame frame = new BufferFrame();

  /**
   * Makes frames with the cursors of a field.
   *
   * @param cursor the field with the cursor of each event; null to look for none
   * @param maxCursorBytes the most bytes of a cursor in UTF-8; positive
   */
  JsonFrames(@Nullable JsonField cursor, int maxCursorBytes) {
    this.json = cursor == null ? JsonScanner.ofValues(MAX_DEPTH) : cursor.scanner(MAX_DEPTH);
    this.maxCursorBytes = maxCursorBytes;
  }

  BufferFrame heartbeat() {
    return frame.asHeartbeat();
  }

  /** Returns an event that is malformed. */
  BufferFrame defective(byte[] array, int offset, int length, IOException defect) {
    return frame.asDefectiveEvent(array, offset, length, defect);
  }

  /**
   * Returns the event with these bytes, as {@link #event} does, in a framing that cannot go on
   * after bytes that are no value.
   *
   * @param place where it begins
   * @throws TransportException if it is not exactly one JSON value, or its cursor is too large
   */
  BufferFrame soundEvent(byte[] array, int offset, int length, Place place)
      throws TransportException {
    BufferFrame event = event(array, offset, length).at(place.line(), place.offset());
    IOException defect = event.defect();
    if (defect != null) {
      throw new TransportException(
          Reason.MALFORMED,
          "Expected exactly one JSON value but was "
              + length
              + " bytes "
              + place
              + " ("
              + defect.getMessage()
              + ")",
          defect);
    }
    return event;
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
      cursor = json.readWhole(array, offset, length);
    } catch (IOException e) {
      return frame.asDefectiveEvent(array, offset, length, e);
    }
    if (cursor == null || cursor.isEmpty()) {
      return frame
          .asEvent(TYPE, null, array, offset, length)
          .withError(ApparentError.in(array, offset, length));
    }
    requireBounded(cursor);
    return frame.asEvent(TYPE, cursor, array, offset, length);
  }

  private void requireBounded(String cursor) throws TransportException {
    if (cursor.length() <= maxCursorBytes / 3) { // No char has more than 3 bytes.
      return;
    }
    int bytes = cursor.getBytes(UTF_8).length;
    if (bytes > maxCursorBytes) {
      throw new TransportException(
          Reason.LIMIT,
          "Expected a cursor of at most " + maxCursorBytes + " bytes but was " + bytes);
    }
  }
}
