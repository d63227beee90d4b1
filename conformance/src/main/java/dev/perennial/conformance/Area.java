package dev.perennial.conformance;

/**
 * The subject of a rule.
 *
 * @since 0.1.0
 */
public enum Area {
  /** How bytes become events. */
  FRAMING("framing", "Framing"),
  /** How a client treats each HTTP status. */
  ANSWERS("answers", "Answers"),
  /** Redirects and credentials. */
  ORIGINS("origins", "Redirects and credentials"),
  /** How a client continues after a connection has ended. */
  RECONNECTING("reconnecting", "Reconnecting"),
  /** How long a client waits before it reconnects, and how many clients spread. */
  BACKOFF("backoff", "Backoff"),
  /** Where a client resumes, and which duplicates it suppresses. */
  RESUME("resume", "Resume and duplicates"),
  /** How a client reports events that cannot be replayed. */
  GAPS("gaps", "Gaps"),
  /** How a client detects a silent connection. */
  SILENCE("silence", "Silence"),
  /** What a client does when its consumer is slow or fails. */
  CONSUMER("consumer", "Backpressure and the consumer"),
  /** What a client does with too large events and too many streams. */
  LIMITS("limits", "Limits"),
  /** Close codes and control frames of a WebSocket. */
  CLOSE_CODES("close-codes", "WebSocket closing"),
  /** Streams with a declared end. */
  FINITE("finite", "Finite streams"),
  /** What remains after a client was closed. */
  CLOSING("closing", "Closing");

  private final String label;
  private final String title;

  Area(String label, String title) {
    this.label = label;
    this.title = title;
  }

  /** Returns the name in options and JSON. */
  public String label() {
    return label;
  }

  /** Returns the heading in reports. */
  public String title() {
    return title;
  }
}
