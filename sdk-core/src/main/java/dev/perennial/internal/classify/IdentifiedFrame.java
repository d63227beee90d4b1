package dev.perennial.internal.classify;

import dev.perennial.spi.Frame;
import org.jspecify.annotations.Nullable;

/** A frame with another id and cursor: one object for a connection, filled anew for each event. */
public final class IdentifiedFrame extends ForwardingFrame {
  private Frame frame = Frame.heartbeat();

  /** Null when the event has none. */
  private @Nullable String id;

  /** Null when the position stays where it is. */
  private @Nullable String cursor;

  public IdentifiedFrame() {}

  IdentifiedFrame set(Frame frame, @Nullable String id, @Nullable String cursor) {
    this.frame = frame;
    this.id = id;
    this.cursor = cursor;
    return this;
  }

  @Override
  Frame frame() {
    return frame;
  }

  @Override
  public @Nullable String id() {
    return id;
  }

  @Override
  public @Nullable String cursor() {
    return cursor;
  }
}
