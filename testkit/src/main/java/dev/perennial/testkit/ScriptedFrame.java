package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.spi.Frame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A frame in which everything can be set. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ScriptedFrame(
    Kind kind,
    @Nullable String id,
    @Nullable String cursor,
    String type,
    byte[] array,
    @Nullable Duration retryDelay)
    implements Frame {

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return array.length;
  }

  @Override
  public String text() {
    return new String(array, UTF_8);
  }
}
