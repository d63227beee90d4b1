package dev.perennial.testkit.conformance;

/**
 * The rooms that the rules are kept in.
 *
 * @since 0.1.0
 */
public enum Area {
  /** How bytes become events. */
  FRAMING("framing", "Framing"),
  /** What each HTTP answer means. */
  ANSWERS("answers", "Answers"),
  /** Redirects and credentials. */
  ORIGINS("origins", "Redirects and credentials"),
  /** What comes after an end. */
  RECONNECTING("reconnecting", "Reconnecting"),
  /** How long a client waits, and how a fleet behaves. */
  BACKOFF("backoff", "Backoff and herd manners"),
  /** Where a client goes on. */
  RESUME("resume", "Resume and duplicates"),
  /** What cannot be replayed. */
  GAPS("gaps", "Gaps"),
  /** When nothing comes. */
  SILENCE("silence", "Silence"),
  /** When the consumer is slow, or fails. */
  CONSUMER("consumer", "Backpressure and the consumer"),
  /** What is too large. */
  LIMITS("limits", "Limits"),
  /** Close codes and control frames. */
  CLOSE_CODES("close-codes", "WebSocket closing"),
  /** Streams with a declared end. */
  FINITE("finite", "Finite streams"),
  /** What is left after close. */
  CLOSING("closing", "Closing");

  private final String label;
  private final String title;

  Area(String label, String title) {
    this.label = label;
    this.title = title;
  }

  /** The name in options and JSON. */
  public String label() {
    return label;
  }

  /** The heading in reports. */
  public String title() {
    return title;
  }
}
