package dev.perennial.testkit;

import org.jspecify.annotations.Nullable;

/**
 * An event in a {@link FakeEventLog}.
 *
 * @param number the event's place in the log; the first event has number 1
 * @param id the id that goes over the wire, or null when the event carries none
 * @param type the event's type, or null when the event names none
 * @param data the payload
 * @since 0.1.0
 */
public record LoggedEvent(long number, @Nullable String id, @Nullable String type, String data) {}
