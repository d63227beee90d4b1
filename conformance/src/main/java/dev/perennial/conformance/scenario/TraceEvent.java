package dev.perennial.conformance.scenario;

import org.jspecify.annotations.Nullable;

/**
 * Something that the client or a server of a run reported.
 *
 * @param atNanos since the run began
 * @param kind what it was
 * @param number of the connection for what a server saw, of the stream for what the client
 *     reported; both from 1
 * @param text details, in one line where possible
 * @param id of an {@link Kind#EVENT} its id; null when it has none, and for all other kinds
 * @param type of an {@link Kind#EVENT} its type; empty for all other kinds
 * @param bytes of {@link Kind#SENT} what was written; empty for all other kinds
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TraceEvent(
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

  /** What happened, and on which side. */
  public enum Kind {
    // On the client's side.
    STARTED,
    OPENED,
    EVENT,
    GAP,
    STORED,
    COMPLETED,
    FAILED,
    /** The kit's consumer threw, as the scenario demands. */
    CONSUMER_FAILED,
    /** The kit's consumer pauses. */
    HELD,
    RELEASED,
    /** The kit closed the client. */
    CLOSED,
    /** The client could not be started or closed. */
    BROKEN,

    // On the servers' side.
    REQUEST,
    ANSWER,
    SENT,
    WAITED,
    /** A flood was written to its end. */
    FLOODED,
    FAULT,
    ENDED,
    RECEIVED,
    /** The client closed the connection. */
    LEFT,
    /** The server finished its reply. */
    SERVED;

    public boolean isServers() {
      return compareTo(REQUEST) >= 0;
    }
  }
}
