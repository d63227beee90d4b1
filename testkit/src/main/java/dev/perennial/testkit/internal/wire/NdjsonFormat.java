package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.internal.ByteBuilder;

/** Formats events as lines of JSON, or as JSON with a length prefix. */
public final class NdjsonFormat implements EventFormat {

  private final JsonEventFormat events;
  private final boolean heartbeatObjects;
  private final boolean lengthPrefixed;

  public NdjsonFormat(JsonEventFormat events, boolean heartbeatObjects, boolean lengthPrefixed) {
    this.events = events;
    this.heartbeatObjects = heartbeatObjects;
    this.lengthPrefixed = lengthPrefixed;
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public void addEvent(ByteBuilder out, LoggedEvent event) {
    if (lengthPrefixed) {
      ByteBuilder json = new ByteBuilder(0, 256);
      events.add(json, event);
      addLength(out, json.size());
      out.add(json);
    } else {
      events.add(out, event);
      out.add('\n');
    }
  }

  @Override
  public void addHeartbeat(ByteBuilder out) {
    if (heartbeatObjects && lengthPrefixed) {
      addLength(out, JsonEventFormat.HEARTBEAT.length);
      out.add(JsonEventFormat.HEARTBEAT);
    } else if (heartbeatObjects) {
      out.add(JsonEventFormat.HEARTBEAT);
      out.add('\n');
    } else {
      out.add('\n');
    }
  }

  private static void addLength(ByteBuilder out, int bytes) {
    out.add(Integer.toString(bytes));
    out.add('\n');
  }
}
