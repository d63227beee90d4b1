package dev.perennial.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.ServerError;
import dev.perennial.spi.Frame;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A frame whose payload is a view of a {@link ReadBuffer}, UTF-8 text. A {@link Framer} has one
 * such object, fills it for each frame that it finds, and returns it; it is valid until it is
 * filled again. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class BufferFrame implements Frame {
  private static final byte[] EMPTY = {};
  private static final String DEFAULT_TYPE = "message";

  private Kind kind = Kind.HEARTBEAT;
  private String type = DEFAULT_TYPE;
  private byte[] array = EMPTY;
  private int offset;
  private int length;

  /** Null to leave the position where it is; empty to clear it. */
  private @Nullable String cursor;

  /** Null unless the server asks for a reconnect delay. */
  private @Nullable Duration retryDelay;

  /** Null unless the event is malformed. */
  private @Nullable IOException defect;

  /** Null unless the event looks like an error that the server reports. */
  private @Nullable ServerError error;

  // Where the event begins; meaningful for events only.
  private long streamLine;
  private long streamOffset;

  /** A heartbeat, until it is filled. */
  public BufferFrame() {}

  /**
   * Makes this frame an event.
   *
   * @param cursor the event's own id, which is also where it moves the position; null if it has
   *     none; empty to clear the position
   */
  public BufferFrame asEvent(
      String type, @Nullable String cursor, byte[] array, int offset, int length) {
    fill(Kind.EVENT, array, offset, length);
    this.type = type;
    this.cursor = cursor;
    return this;
  }

  /**
   * Makes this frame an event that is malformed.
   *
   * @param defect what is wrong with it, in words that show nothing of its data
   */
  public BufferFrame asDefectiveEvent(byte[] array, int offset, int length, IOException defect) {
    fill(Kind.EVENT, array, offset, length);
    this.defect = defect;
    return this;
  }

  /**
   * Sets where the event begins.
   *
   * @param line the line of the connection's body, from 1
   * @param byteOffset the bytes before that line
   */
  public BufferFrame at(long line, long byteOffset) {
    streamLine = line;
    streamOffset = byteOffset;
    return this;
  }

  /**
   * Says that the event looks like an error that the server reports.
   *
   * @param apparent as of {@link Frame#error}; null for none
   */
  public BufferFrame withError(@Nullable ServerError apparent) {
    error = apparent;
    return this;
  }

  /** Makes this frame a heartbeat; the payload is its comment. */
  public BufferFrame asHeartbeat(byte[] array, int offset, int length) {
    return fill(Kind.HEARTBEAT, array, offset, length);
  }

  /** Makes this frame a heartbeat without a comment. */
  public BufferFrame asHeartbeat() {
    return asHeartbeat(EMPTY, 0, 0);
  }

  /** Makes this frame a checkpoint: the position moves to {@code cursor}, or is cleared by "". */
  public BufferFrame asCursor(String cursor) {
    fill(Kind.CURSOR, EMPTY, 0, 0);
    this.cursor = cursor;
    return this;
  }

  /** Makes this frame the server's base delay for reconnecting (the {@code retry} field of SSE). */
  public BufferFrame asRetry(Duration delay) {
    fill(Kind.CONTROL, EMPTY, 0, 0);
    this.retryDelay = delay;
    return this;
  }

  /** Lets go of the bytes, so that a buffer that was given up for a smaller one can be freed. */
  void forget() {
    fill(Kind.HEARTBEAT, EMPTY, 0, 0);
  }

  private BufferFrame fill(Kind newKind, byte[] newArray, int newOffset, int newLength) {
    kind = newKind;
    type = DEFAULT_TYPE;
    array = newArray;
    offset = newOffset;
    length = newLength;
    cursor = null;
    retryDelay = null;
    defect = null;
    error = null;
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
  public @Nullable ServerError error() {
    return error;
  }

  @Override
  public @Nullable IOException defect() {
    return defect;
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
  public long streamLine() {
    return streamLine;
  }

  @Override
  public long streamOffset() {
    return streamOffset;
  }

  /** Leaves out the payload, which may be secret. */
  @Override
  public String toString() {
    return kind + "(" + cursor + ", " + type + ", " + length + " bytes)";
  }
}
