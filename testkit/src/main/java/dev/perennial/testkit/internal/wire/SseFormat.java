package dev.perennial.testkit.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.internal.ByteBuilder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Formats events as server-sent events. */
public final class SseFormat implements EventFormat {

  private static final byte[] ID = "id: ".getBytes(ISO_8859_1);
  private static final byte[] EVENT = "event: ".getBytes(ISO_8859_1);
  private static final byte[] DATA = "data: ".getBytes(ISO_8859_1);
  private static final byte[] RETRY = "retry: ".getBytes(ISO_8859_1);
  private static final byte[] COMMENT = ":\n\n".getBytes(ISO_8859_1);

  private final @Nullable Duration retry; // null when there is none

  public SseFormat(@Nullable Duration retry) {
    this.retry = retry;
  }

  @Override
  public String contentType() {
    return "text/event-stream";
  }

  @Override
  public void addStart(ByteBuilder out) {
    if (retry != null) {
      addLine(out, RETRY, Long.toString(retry.toMillis()));
      out.add('\n');
    }
  }

  /** Adds an event. An id or type is written as it is, even if it contains a line end. */
  @Override
  public void addEvent(ByteBuilder out, LoggedEvent event) {
    if (event.id() != null) {
      addLine(out, ID, event.id());
    }
    if (event.type() != null) {
      addLine(out, EVENT, event.type());
    }
    addData(out, event.data());
    out.add('\n');
  }

  private static void addData(ByteBuilder out, String data) {
    int start = 0;
    for (int i = 0; i < data.length(); i++) {
      char character = data.charAt(i);
      if (character == '\n' || character == '\r') {
        addLine(out, DATA, data.substring(start, i));
        if (character == '\r' && i + 1 < data.length() && data.charAt(i + 1) == '\n') {
          i++;
        }
        start = i + 1;
      }
    }
    addLine(out, DATA, start == 0 ? data : data.substring(start));
  }

  private static void addLine(ByteBuilder out, byte[] name, String value) {
    out.add(name);
    out.add(value);
    out.add('\n');
  }

  @Override
  public void addHeartbeat(ByteBuilder out) {
    out.add(COMMENT);
  }
}
