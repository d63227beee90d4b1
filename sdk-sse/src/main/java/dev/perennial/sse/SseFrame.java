package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.spi.Frame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one frame of a {@link SseFramer}: a view of the read buffer, filled anew for each frame. */
final class SseFrame implements Frame {
  static final String MESSAGE = "message";
  private static final byte[] NOTHING = {};

  private Kind kind = Kind.HEARTBEAT;
  private String type = MESSAGE;
  private byte[] array = NOTHING;
  private int offset;
  private int length;

  /** Null when the block had no id field, empty when that was empty. */
  private @Nullable String cursor;

  /** Null in all but a {@code retry} field. */
  private @Nullable Duration retryDelay;

  // Where an event begins; meaningful for events alone.
  private long streamLine;
  private long streamOffset;

  SseFrame() {}

  SseFrame at(long line, long byteOffset) {
    streamLine = line;
    streamOffset = byteOffset;
    return this;
  }

  @Override
  public long streamLine() {
    return streamLine;
  }

  @Override
  public long streamOffset() {
    return streamOffset;
  }

  SseFrame event(String type, @Nullable String cursor, byte[] array, int offset, int length) {
    return set(Kind.EVENT, type, cursor, null, array, offset, length);
  }

  SseFrame cursor(String cursor) {
    return set(Kind.CURSOR, MESSAGE, cursor, null, NOTHING, 0, 0);
  }

  SseFrame comment(byte[] array, int offset, int length) {
    return set(Kind.HEARTBEAT, MESSAGE, null, null, array, offset, length);
  }

  SseFrame retry(Duration delay) {
    return set(Kind.CONTROL, MESSAGE, null, delay, NOTHING, 0, 0);
  }

  private SseFrame set(
      Kind kind,
      String type,
      @Nullable String cursor,
      @Nullable Duration retryDelay,
      byte[] array,
      int offset,
      int length) {
    this.kind = kind;
    this.type = type;
    this.cursor = cursor;
    this.retryDelay = retryDelay;
    this.array = array;
    this.offset = offset;
    this.length = length;
    return this;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public @Nullable String id() {
    return cursor == null || cursor.isEmpty() ? null : cursor;
  }

  @Override
  public @Nullable String cursor() {
    return cursor;
  }

  @Override
  public @Nullable Duration retryDelay() {
    return retryDelay;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public byte[] array() {
    return array;
  }

  @Override
  public int offset() {
    return offset;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public String text() {
    return new String(array, offset, length, UTF_8);
  }

  @Override
  public String toString() {
    return kind + "(" + cursor + ", " + type + ", " + length + " bytes)";
  }
}
