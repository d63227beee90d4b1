package dev.perennial.testkit.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client under test is told before it starts. All durations are real: they have been scaled
 * already. A client follows those that its capabilities cover, and may ignore the others.
 * Immutable.
 *
 * @since 0.1.0
 */
public final class Instructions {
  private final Rule rule;
  private final Protocol protocol;
  private final URI url;
  private final Draft settings;

  Instructions(Rule rule, Protocol protocol, URI url, Draft settings) {
    this.rule = rule;
    this.protocol = protocol;
    this.url = url;
    this.settings = settings;
  }

  /** What is tried, for logs. A client that acts on it is of no use to anybody. */
  public Rule rule() {
    return rule;
  }

  /** What brings the events. */
  public Protocol protocol() {
    return protocol;
  }

  /** What to connect to: an {@code http} URL, or {@code ws} for a WebSocket. */
  public URI url() {
    return url;
  }

  /**
   * The parameter that brings the cursor. Server-sent events send the header {@code Last-Event-ID}
   * instead.
   */
  public String cursorParameter() {
    return "since";
  }

  /** The delay after the first failure, before jitter. */
  public Duration baseDelay() {
    return settings.baseDelay;
  }

  /** The longest delay that the client chooses itself. */
  public Duration maxDelay() {
    return settings.maxDelay;
  }

  /** How long a connection may be silent; null when that is not part of the scenario. */
  public @Nullable Duration staleAfter() {
    return settings.staleAfter;
  }

  /** How long an attempt may take; null when that is not part of the scenario. */
  public @Nullable Duration attemptTimeout() {
    return settings.attemptTimeout;
  }

  /** The cursor to start after; null to start where the server starts. */
  public @Nullable String startCursor() {
    return settings.startCursor;
  }

  /**
   * The values of {@code Authorization}: the first until it is refused, then the next, and the last
   * for ever. Empty when there are no credentials.
   */
  public List<String> tokens() {
    return settings.tokens;
  }

  /** The caller's own headers. */
  public Map<String, String> headers() {
    return settings.headers;
  }

  /** The most bytes of one event; null when that is not part of the scenario. */
  public @Nullable Integer maxEventBytes() {
    return settings.maxEventBytes;
  }

  /** Whether to go on live after a gap, and not to end. */
  public boolean isLiveAfterGaps() {
    return settings.isLiveAfterGaps;
  }

  /** Whether to skip malformed events, and not to end the connection. */
  public boolean isMalformedSkipped() {
    return settings.isMalformedSkipped;
  }

  /**
   * The data that declares the end of a finite stream and is not delivered; null when the stream is
   * not finite.
   */
  public @Nullable String endMarker() {
    return settings.endMarker;
  }

  /** What to POST; null to GET. */
  public @Nullable String body() {
    return settings.body;
  }

  /** The number of the event at which the consumer fails; 0 when it does not. */
  public int consumerFailsAt() {
    return settings.consumerFailsAt;
  }

  /**
   * The number of the event at which the consumer closes the client, from within its handler; 0
   * when it does not. In process, the report of that event closes it.
   */
  public int consumerClosesAt() {
    return settings.consumerClosesAt;
  }

  @Override
  public String toString() {
    return protocol + " " + url;
  }

  /** The settings while they are made; copied before they are used. */
  static final class Draft {
    Duration baseDelay = Duration.ofMillis(200);
    Duration maxDelay = Duration.ofSeconds(1);
    @Nullable Duration staleAfter; // Null until set, as the others.
    @Nullable Duration attemptTimeout;
    @Nullable String startCursor;
    List<String> tokens = List.of();
    Map<String, String> headers = Map.of();
    @Nullable Integer maxEventBytes;
    boolean isLiveAfterGaps;
    boolean isMalformedSkipped;
    @Nullable String endMarker;
    @Nullable String body;
    int consumerFailsAt;
    int consumerClosesAt;

    /** The same with all durations scaled. */
    Draft scaled(TimeScale scale) {
      Draft scaled = new Draft();
      scaled.baseDelay = scale.real(baseDelay);
      scaled.maxDelay = scale.real(maxDelay);
      scaled.staleAfter = staleAfter == null ? null : scale.real(staleAfter);
      scaled.attemptTimeout = attemptTimeout == null ? null : scale.real(attemptTimeout);
      scaled.startCursor = startCursor;
      scaled.tokens = List.copyOf(tokens);
      scaled.headers = Map.copyOf(headers);
      scaled.maxEventBytes = maxEventBytes;
      scaled.isLiveAfterGaps = isLiveAfterGaps;
      scaled.isMalformedSkipped = isMalformedSkipped;
      scaled.endMarker = endMarker;
      scaled.body = body;
      scaled.consumerFailsAt = consumerFailsAt;
      scaled.consumerClosesAt = consumerClosesAt;
      return scaled;
    }

    /** The same for the next process, which starts where the last one was done. */
    Draft restarted(@Nullable String cursor) {
      Draft next = scaled(TimeScale.of(1));
      next.startCursor = cursor != null ? cursor : startCursor;
      next.consumerFailsAt = 0;
      next.consumerClosesAt = 0;
      return next;
    }
  }
}
