package dev.perennial.conformance;

import org.jspecify.annotations.Nullable;

/**
 * Something that was seen in a run.
 *
 * @param atNanos since the run began
 * @param kind what it was
 * @param number of the connection where the server saw it, of the stream where the client told it;
 *     both from 1
 * @param text what is to be known of it, in one line where it can be
 * @param id of an event, its id; null when it had none, and with all other kinds
 * @param type of an event, its type; empty with all other kinds
 * @param bytes what was written, of {@link Kind#SENT} alone
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record TraceEvent(
    long atNanos,
    Kind kind,
    int number,
    String text,
    @Nullable String id,
    String type,
    byte[] bytes) {

  private static final byte[] NONE = {};

  TraceEvent(long atNanos, Kind kind, int number, String text) {
    this(atNanos, kind, number, text, null, "", NONE);
  }

  /** Who saw what. */
  enum Kind {
    // The client's side.
    STARTED,
    OPENED,
    EVENT,
    GAP,
    STORED,
    COMPLETED,
    FAILED,
    /** The kit's consumer threw, as the scenario says. */
    CONSUMER_FAILED,
    /** The kit's consumer takes its time. */
    HELD,
    RELEASED,
    /** The kit told the client to close. */
    CLOSED,
    /** The client could not be started or closed. */
    BROKEN,

    // The server's side.
    REQUEST,
    ANSWER,
    SENT,
    WAITED,
    /** All of a flood has been written. */
    FLOODED,
    FAULT,
    ENDED,
    RECEIVED,
    /** The client has closed the connection. */
    LEFT,
    /** The server is done with the reply. */
    SERVED;

    boolean isServers() {
      return compareTo(REQUEST) >= 0;
    }
  }
}
