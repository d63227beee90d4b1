package dev.perennial.internal.classify;

import dev.perennial.spi.Frame;
import java.io.IOException;

/** An event that one of the caller's functions could make nothing of. */
final class DefectiveFrame extends ForwardingFrame {
  private final Frame event;
  private final IOException defect;

  DefectiveFrame(Frame event, IOException defect) {
    this.event = event;
    this.defect = defect;
  }

  @Override
  Frame frame() {
    return event;
  }

  @Override
  public IOException defect() {
    return defect;
  }
}
