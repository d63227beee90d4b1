package dev.perennial.sse;

import dev.perennial.Payload.Kind;
import dev.perennial.spi.Frame;
import java.util.ArrayList;
import java.util.List;

/** A copy of a frame, which is filled again for the next one. */
record SeenFrame(Kind kind, String type, String id, String cursor, Long retryMillis, String text) {

  static SeenFrame of(Frame frame) {
    Long retryMillis = frame.retryDelay() == null ? null : frame.retryDelay().toMillis();
    return new SeenFrame(
        frame.kind(), frame.type(), frame.id(), frame.cursor(), retryMillis, frame.text());
  }

  static SeenFrame event(String text) {
    return new SeenFrame(Kind.EVENT, "message", null, null, null, text);
  }

  static SeenFrame comment(String text) {
    return new SeenFrame(Kind.HEARTBEAT, "message", null, null, null, text);
  }

  static SeenFrame retry(long millis) {
    return new SeenFrame(Kind.CONTROL, "message", null, null, millis, "");
  }

  /** Returns one line in the format of the corpus. */
  @Override
  public String toString() {
    List<String> line = new ArrayList<>();
    line.add(kind.name());
    if (!type.equals("message")) {
      line.add("type=" + quoted(type));
    }
    if (id != null) {
      line.add("id=" + quoted(id));
    }
    if (cursor != null) {
      line.add("cursor=" + quoted(cursor));
    }
    if (retryMillis != null) {
      line.add("retry=" + retryMillis);
    }
    if (kind == Kind.EVENT || kind == Kind.HEARTBEAT || !text.isEmpty()) {
      line.add(quoted(text));
    }
    return String.join(" ", line);
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\0' -> quoted.append("\\0");
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        default ->
            quoted.append(isVisible(c) ? String.valueOf(c) : String.format("\\u%04x", (int) c));
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isVisible(char c) {
    return !Character.isISOControl(c) && c != '\u2028' && c != '\ufeff';
  }
}
