package dev.perennial.sample;

import dev.perennial.Event;
import dev.perennial.Gap;
import org.jspecify.annotations.Nullable;

/**
 * A line of the list: an event, or a gap between two.
 *
 * @param id the event's id, or null if it has none
 * @param type the event's type
 * @param text the beginning of its data, as much as a screen shows
 * @param gap null for an event
 */
record Line(@Nullable String id, String type, String text, @Nullable Gap gap) {
  private static final int SHOWN = 300;

  static Line of(Event<String> event) {
    String data = event.data();
    String text = data.length() > SHOWN ? data.substring(0, SHOWN) : data;
    return new Line(event.id(), event.type(), text, null);
  }

  static Line of(Gap gap) {
    return new Line(null, "", "", gap);
  }
}
