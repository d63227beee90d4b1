package dev.perennial.tests.torture;

import dev.perennial.spi.Frame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The server's wish for another reconnect delay. */
record RetryFrame(Duration retryDelay) implements Frame {
  @Override
  public Kind kind() {
    return Kind.CONTROL;
  }

  @Override
  public @Nullable String id() {
    return null;
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
    return new byte[0];
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return 0;
  }

  @Override
  public String text() {
    return "";
  }
}
