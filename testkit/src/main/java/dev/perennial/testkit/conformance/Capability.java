package dev.perennial.testkit.conformance;

import java.util.Arrays;
import java.util.Locale;

/**
 * Something that a client can do, or lets its caller choose. A rule whose capabilities a client
 * lacks does not apply to it, and is reported as such; a client that claims one is held to it.
 *
 * @since 0.1.0
 */
public enum Capability {
  /** Makes a new connection when one has ended. */
  RECONNECTS("reconnects by itself"),
  /** Asks, when it reconnects, for what follows the last event that it took in. */
  RESUMES("resumes after the last event"),
  /** Reports the last event id with each event. */
  REPORTS_IDS("tells an event's id"),
  /** Reports when it has ended for good, and whether that was a failure. */
  REPORTS_END("tells when it has ended, and why"),
  /** Waits before it reconnects as long as the instructions say. */
  TAKES_DELAYS("lets its caller set the delays"),
  /** Delivers once what a reconnect replays. */
  SUPPRESSES_REPLAYS("suppresses what is replayed"),
  /** Reports that the server cannot replay, in its place between the events. */
  TELLS_GAPS("tells gaps"),
  /** Goes on live after a gap when the instructions say so. */
  GOES_ON_AFTER_GAPS("can go on after a gap"),
  /** Replaces a connection that has been silent for as long as the instructions say. */
  NOTICES_SILENCE("notices a silent connection"),
  /** Gives up an attempt that takes longer than the instructions say. */
  TAKES_ATTEMPT_TIMEOUT("limits an attempt's time"),
  /** Begins after the cursor of the instructions. */
  STARTS_AT_CURSOR("can start at a cursor"),
  /** Saves the cursor of what the consumer is done with, and reports each save. */
  STORES_CURSOR("keeps a cursor for the next process"),
  /** Authorises itself with the tokens of the instructions, and takes the next one on a refusal. */
  REFRESHES_CREDENTIALS("asks for fresh credentials"),
  /** Sends the headers of the instructions. */
  SENDS_HEADERS("sends the caller's headers"),
  /** Hands over one event at a time on a thread that the consumer may hold up. */
  WAITS_FOR_CONSUMER("waits for its consumer"),
  /** Refuses an event that is larger than the instructions say. */
  LIMITS_EVENTS("limits the size of an event"),
  /** Ends when the marker of the instructions comes, and not before. */
  KNOWS_END_MARKER("knows a declared end"),
  /** Skips a malformed event when the instructions say so. */
  SKIPS_MALFORMED("can skip what is malformed"),
  /** Follows several streams at once. */
  FOLLOWS_MANY("follows many streams at once"),
  /** Sends the body of the instructions as a POST. */
  POSTS("can subscribe by a POST");

  private final String words;

  Capability(String words) {
    this.words = words;
  }

  /** What the client does, as the end of a sentence that begins with the client. */
  public String words() {
    return words;
  }

  /** The name in options and JSON, such as {@code reports-ids}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The capability of a label.
   *
   * @throws IllegalArgumentException when there is none
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
