package dev.perennial.internal.classify;

import dev.perennial.spi.Frame;

/** An event that turned out to be something else, or the last one. */
final class ReclassifiedFrame extends ForwardingFrame {
  private final Frame event;
  private final Kind kind;
  private final boolean isLast;

  ReclassifiedFrame(Frame event, Kind kind, boolean isLast) {
    this.event = event;
    this.kind = kind;
    this.isLast = isLast;
  }

  @Override
  Frame frame() {
    return event;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public boolean isLast() {
    return isLast;
  }
}
