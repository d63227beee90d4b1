package dev.perennial.internal.classify;

import dev.perennial.spi.Frame;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A frame that says of itself what another one says, but for what a subclass knows better. */
abstract class ForwardingFrame implements Frame {

  /** The other frame. */
  abstract Frame frame();

  @Override
  public Kind kind() {
    return frame().kind();
  }

  @Override
  public @Nullable String id() {
    return frame().id();
  }

  @Override
  public @Nullable String cursor() {
    return frame().cursor();
  }

  @Override
  public @Nullable Duration retryDelay() {
    return frame().retryDelay();
  }

  @Override
  public boolean isLast() {
    return frame().isLast();
  }

  @Override
  public @Nullable IOException defect() {
    return frame().defect();
  }

  @Override
  public String type() {
    return frame().type();
  }

  @Override
  public boolean isBinary() {
    return frame().isBinary();
  }

  @Override
  public byte[] array() {
    return frame().array();
  }

  @Override
  public int offset() {
    return frame().offset();
  }

  @Override
  public int length() {
    return frame().length();
  }

  @Override
  public String text() {
    return frame().text();
  }

  @Override
  public long streamLine() {
    return frame().streamLine();
  }

  @Override
  public long streamOffset() {
    return frame().streamOffset();
  }
}
