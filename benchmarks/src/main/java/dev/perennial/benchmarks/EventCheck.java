package dev.perennial.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * Checks the events that a client delivered: each id must be the next one, and all data must have
 * the right length, with the right character at a position that moves from event to event.
 */
final class EventCheck extends DeliveryCheck {
  private static final int ID_START = "{\"id\":\"".length();
  private static final int ID_CHARS = Long.toString(Workload.FIRST_ID).length();
  private static final String BEFORE_DATA = "\",\"data\":\"";
  private static final String AFTER_DATA = "\"}";

  private final int expected;
  private final String payload;

  // Written by the client's thread, and read by others after complete() or fail(). No fences here:
  // they would be counted as the client's.
  private int received;

  EventCheck(Workload workload) {
    this.expected = workload.events();
    this.payload = workload.payload();
  }

  /** Receives an event from the client; calls must not overlap. */
  void event(@Nullable String id, String data) {
    long expectedId = Workload.FIRST_ID + received;
    if (received == expected) {
      fail(new IllegalStateException("Expected " + this + " to be all but then got " + id));
      return;
    }
    if (id == null || Long.parseLong(id) != expectedId) {
      fail(new IllegalStateException("Expected the id " + expectedId + " but was " + id));
      return;
    }
    int place = received % payload.length();
    if (data.length() != payload.length() || data.charAt(place) != payload.charAt(place)) {
      fail(new IllegalStateException("Expected the data " + payload + " but was " + data));
      return;
    }
    count();
  }

  /** Like {@link #event}, for a message that is not decoded: {@code {"id":"…","data":"…"}}. */
  void json(String message) {
    int idEnd = ID_START + ID_CHARS;
    if (message.length() != idEnd + BEFORE_DATA.length() + payload.length() + AFTER_DATA.length()) {
      fail(
          new IllegalStateException(
              "Expected " + payload.length() + " chars of data in " + message));
      return;
    }
    long expectedId = Workload.FIRST_ID + received;
    if (received == expected || Long.parseLong(message, ID_START, idEnd, 10) != expectedId) {
      fail(new IllegalStateException("Expected the id " + expectedId + " but was " + message));
      return;
    }
    int place = received % payload.length();
    int at = idEnd + BEFORE_DATA.length() + place;
    if (message.charAt(at) != payload.charAt(place)) {
      fail(new IllegalStateException("Expected the data " + payload + " but was " + message));
      return;
    }
    count();
  }

  /** Like {@link #json}, for a message that stays bytes; of those only the number is checked. */
  void jsonBytes(@Nullable String id, int length) {
    int expectedLength =
        ID_START + ID_CHARS + BEFORE_DATA.length() + payload.length() + AFTER_DATA.length();
    if (length != expectedLength) {
      fail(new IllegalStateException("Expected " + expectedLength + " bytes but was " + length));
      return;
    }
    event(id, payload);
  }

  private void count() {
    received++;
    if (received == expected) {
      complete();
    }
  }

  @Override
  boolean isExact() {
    return received == expected;
  }

  @Override
  public String toString() {
    return received + " of " + expected + " events";
  }
}
