package dev.perennial.conformance;

import java.util.Arrays;
import java.util.Locale;

/**
 * Something that a client can do, or that its caller can configure. A rule that needs a capability
 * applies only to clients that claim it, and a client is tested for all that it claims.
 *
 * @since 0.1.0
 */
public enum Capability {
  /** Makes a new connection when one has ended. */
  RECONNECTS("reconnects by itself"),
  /** Asks, when it reconnects, for what follows the last event that it received. */
  RESUMES("resumes after the last event"),
  /** Reports the last event id with each event. */
  REPORTS_IDS("reports an event's id"),
  /** Reports when it has ended for good, and whether it failed. */
  REPORTS_END("reports when it has ended, and why"),
  /** Waits before it reconnects as long as the instructions say. */
  TAKES_DELAYS("lets its caller set the delays"),
  /** Delivers events that a reconnect replays only once. */
  SUPPRESSES_REPLAYS("suppresses replayed events"),
  /** Reports that the server cannot replay, in order with the events. */
  REPORTS_GAPS("reports gaps"),
  /** Continues with live events after a gap when the instructions say so. */
  GOES_ON_AFTER_GAPS("can continue after a gap"),
  /** Replaces a connection that has been silent for as long as the instructions say. */
  NOTICES_SILENCE("detects a silent connection"),
  /** Gives up an attempt that takes longer than the instructions say. */
  TAKES_ATTEMPT_TIMEOUT("limits the time of an attempt"),
  /** Starts after the cursor of the instructions. */
  STARTS_AT_CURSOR("can start at a cursor"),
  /** Saves the cursor of the last event that the consumer has processed, and reports each save. */
  STORES_CURSOR("keeps a cursor for the next process"),
  /** Sends the tokens of the instructions, and the next one when the server refuses one. */
  REFRESHES_CREDENTIALS("asks for fresh credentials"),
  /** Sends the headers of the instructions. */
  SENDS_HEADERS("sends the caller's headers"),
  /** Delivers one event at a time, on a thread that the consumer may block. */
  WAITS_FOR_CONSUMER("waits for its consumer"),
  /** Delivers an event again when the consumer fails at it, as the instructions say. */
  REPEATS_EVENTS("can repeat an event at which its consumer fails"),
  /** Refuses an event that is larger than the instructions allow. */
  LIMITS_EVENTS("limits the size of an event"),
  /** Completes when the end marker of the instructions comes, and not before. */
  KNOWS_END_MARKER("knows a declared end"),
  /** Skips a malformed event when the instructions say so. */
  SKIPS_MALFORMED("can skip malformed events"),
  /** Follows several streams at once. */
  FOLLOWS_MANY("follows many streams at once"),
  /** Sends the body of the instructions as a POST. */
  POSTS("can subscribe with a POST"),
  /** Waits longer for the answer to a POST than the instructions allow an attempt. */
  AWAITS_ANSWERS("waits longer for the answer to a POST"),
  /** Completes with the end of a body when the instructions say so. */
  ENDS_WITH_BODY("can end with a response's body"),
  /** Opens a stream of any content type when the instructions say so. */
  ACCEPTS_ANY_TYPE("can accept any content type"),
  /** Asks for gzip, and inflates it, when the instructions say so. */
  ASKS_FOR_GZIP("can ask for gzip"),
  /** Connects through the proxy of the instructions. */
  USES_PROXY("connects through a proxy"),
  /** Replaces a connection on which one event takes longer than the instructions say. */
  LIMITS_EVENT_TIME("limits the time of one event"),
  /** Follows a server that has no cursor when the instructions say so. */
  FOLLOWS_WITHOUT_CURSOR("can follow without a cursor"),
  /** Leaves its position to the server when the instructions say so. */
  LEAVES_POSITION("can leave its position to the server"),
  /** Speaks HTTP/2 with a server that is known to do so when the instructions say so. */
  SPEAKS_HTTP2("can speak HTTP/2 without TLS"),
  /** Takes the marker of the instructions for a report that the server cannot replay. */
  KNOWS_GAP_MARKER("knows a declared gap"),
  /** Takes <code>{"error":…}</code> at the end of a connection for a failure of the server. */
  RECOGNIZES_ERRORS("recognizes an error at the end of a connection"),
  /** Sends pings as often as the instructions say, and expects answers. */
  SENDS_PINGS("expects answers to its pings"),
  /** Sends the message of the instructions when its WebSocket is open. */
  SENDS_MESSAGES("can send messages"),
  /** Offers permessage-deflate with each WebSocket. */
  READS_COMPRESSED("accepts compressed messages"),
  /** Offers it with the parameter {@code client_max_window_bits}. */
  OFFERS_WINDOW_BITS("lets the server limit its window");

  private final String description;

  Capability(String description) {
    this.description = description;
  }

  /** Returns what the client does, in words that follow its name. */
  public String description() {
    return description;
  }

  /** Returns the name in options and JSON, such as {@code reports-ids}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the capability with a label.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Capability ofLabel(String label) {
    return Arrays.stream(values())
        .filter(capability -> capability.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "capability must be one of "
                        + Arrays.stream(values()).map(Capability::label).toList()
                        + " but was "
                        + label));
  }
}
