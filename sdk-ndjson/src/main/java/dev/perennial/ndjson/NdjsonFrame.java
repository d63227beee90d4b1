package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.spi.Frame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The one frame of a framer: a view of the read buffer, filled anew for each frame. */
final class NdjsonFrame implements Frame {
  private static final byte[] NOTHING = {};

  private Kind kind = Kind.HEARTBEAT;
  private byte[] array = NOTHING;
  private int offset;
  private int length;

  /** Null when none was found. */
  private @Nullable String cursor;

  /** Null unless it is no JSON value. */
  private @Nullable IOException defect;

  // Where an event begins; meaningful for events alone.
  private long streamLine;
  private long streamOffset;

  NdjsonFrame() {}

  NdjsonFrame heartbeat() {
    return set(Kind.HEARTBEAT, NOTHING, 0, 0, null, null);
  }

  NdjsonFrame event(byte[] array, int offset, int length, @Nullable String cursor) {
    return set(Kind.EVENT, array, offset, length, cursor, null);
  }

  NdjsonFrame defective(byte[] array, int offset, int length, IOException defect) {
    return set(Kind.EVENT, array, offset, length, null, defect);
  }

  private NdjsonFrame set(
      Kind kind,
      byte[] array,
      int offset,
      int length,
      @Nullable String cursor,
      @Nullable IOException defect) {
    this.kind = kind;
    this.array = array;
    this.offset = offset;
    this.length = length;
    this.cursor = cursor;
    this.defect = defect;
    return this;
  }

  NdjsonFrame at(long line, long byteOffset) {
    streamLine = line;
    streamOffset = byteOffset;
    return this;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public @Nullable String id() {
    return cursor;
  }

  @Override
  public @Nullable String cursor() {
    return cursor;
  }

  @Override
  public @Nullable IOException defect() {
    return defect;
  }

  @Override
  public String type() {
    return "message";
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

  @Override
  public String toString() {
    return kind + "(" + cursor + ", " + length + " bytes)";
  }
}
