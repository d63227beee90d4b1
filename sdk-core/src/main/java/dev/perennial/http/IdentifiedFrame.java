package dev.perennial.http;

import dev.perennial.spi.Frame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A frame with another id and cursor: one object for a connection, filled anew for each event. */
final class IdentifiedFrame implements Frame {
  private Frame frame = Frame.heartbeat();

  /** Null when the event has none. */
  private @Nullable String id;

  /** Null when the position stays where it is. */
  private @Nullable String cursor;

  IdentifiedFrame() {}

  IdentifiedFrame set(Frame frame, @Nullable String id, @Nullable String cursor) {
    this.frame = frame;
    this.id = id;
    this.cursor = cursor;
    return this;
  }

  @Override
  public Kind kind() {
    return frame.kind();
  }

  @Override
  public @Nullable String id() {
    return id;
  }

  @Override
  public @Nullable String cursor() {
    return cursor;
  }

  @Override
  public @Nullable Duration retryDelay() {
    return frame.retryDelay();
  }

  @Override
  public boolean isLast() {
    return frame.isLast();
  }

  @Override
  public String type() {
    return frame.type();
  }

  @Override
  public boolean isBinary() {
    return frame.isBinary();
  }

  @Override
  public byte[] array() {
    return frame.array();
  }

  @Override
  public int offset() {
    return frame.offset();
  }

  @Override
  public int length() {
    return frame.length();
  }

  @Override
  public String text() {
    return frame.text();
  }

  @Override
  public long streamLine() {
    return frame.streamLine();
  }

  @Override
  public long streamOffset() {
    return frame.streamOffset();
  }
}
