package dev.perennial.http;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Each line is an event; one that starts with a colon is a heartbeat. */
final class LineFramer implements Framer {
  private final int maxEventBytes;
  private boolean isInsideEvent;

  LineFramer(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  @Override
  public @Nullable Frame next(ReadBuffer in) throws TransportException {
    for (int i = in.start(); i < in.end(); i++) {
      if (in.array()[i] == '\n') {
        Frame frame = frame(in, i);
        in.consume(i + 1);
        isInsideEvent = frame.kind() == Frame.Kind.CONTROL;
        return frame;
      }
    }
    if (in.end() - in.start() > maxEventBytes) {
      throw new TransportException(
          Reason.LIMIT, "Expected a line of at most " + maxEventBytes + " bytes");
    }
    isInsideEvent = isInsideEvent || in.end() > in.start();
    return null;
  }

  @Override
  public @Nullable Frame end(ReadBuffer in) {
    return null;
  }

  @Override
  public boolean isInsideEvent() {
    return isInsideEvent;
  }

  private static Frame frame(ReadBuffer in, int end) {
    byte[] line = Arrays.copyOfRange(in.array(), in.start(), end);
    if (line.length > 0 && line[0] == '&') {
      // A line within an event, as retry: is one of server-sent events.
      return new BufferFrame().asRetry(Duration.ofSeconds(1));
    }
    return line.length > 0 && line[0] == ':'
        ? Frame.heartbeat()
        : Frame.event(null, "message", line);
  }
}
