package dev.perennial.http;

import dev.perennial.spi.Frame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An event that turned out to be something else, or the last one. */
record ReclassifiedFrame(Frame event, Kind kind, boolean isLast) implements Frame {

  @Override
  public @Nullable String id() {
    return event.id();
  }

  @Override
  public String type() {
    return event.type();
  }

  @Override
  public boolean isBinary() {
    return event.isBinary();
  }

  @Override
  public byte[] array() {
    return event.array();
  }

  @Override
  public int offset() {
    return event.offset();
  }

  @Override
  public int length() {
    return event.length();
  }

  @Override
  public String text() {
    return event.text();
  }

  @Override
  public @Nullable String cursor() {
    return event.cursor();
  }

  @Override
  public @Nullable Duration retryDelay() {
    return event.retryDelay();
  }

  @Override
  public long streamLine() {
    return event.streamLine();
  }

  @Override
  public long streamOffset() {
    return event.streamOffset();
  }
}
