package dev.perennial.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a client under test is to be configured for one stream. All durations are in real time. A
 * client follows what its capabilities cover, and may ignore the rest. Only the kit implements this
 * interface. Immutable.
 *
 * @since 0.1.0
 */
public interface Instructions {

  /** Returns the rule that is tried, for logs only: a client that acts on it tests nothing. */
  Rule rule();

  /** Returns the transport. */
  Protocol protocol();

  /** Returns what to connect to: an {@code http} URL, or {@code ws} for a WebSocket. */
  URI url();

  /**
   * Returns the name of the query parameter for the cursor, which replaces one of the URL.
   * Server-sent events use the header {@code Last-Event-ID} instead.
   */
  String cursorParameter();

  /** Returns the delay after the first failure, before jitter. */
  Duration baseDelay();

  /** Returns the longest delay that the client may choose by itself. */
  Duration maxDelay();

  /** Returns how long a connection may be silent; null when the scenario does not limit it. */
  @Nullable Duration staleAfter();

  /**
   * Returns how long an attempt may take; null when the scenario does not limit it. For a client
   * that {@linkplain Capability#AWAITS_ANSWERS awaits answers}, the time to the answer to a POST
   * does not count.
   */
  @Nullable Duration attemptTimeout();

  /** Returns the cursor to start after; null to start wherever the server starts. */
  @Nullable String startCursor();

  /**
   * Returns the values of the {@code Authorization} header. The client sends the first until the
   * server refuses it, then the next, and keeps sending the last. Empty without credentials.
   */
  List<String> tokens();

  /** Returns the caller's own headers. */
  Map<String, String> headers();

  /** Returns the largest allowed event in bytes; null when the scenario does not limit it. */
  @Nullable Integer maxEventBytes();

  /** Returns whether to continue with live events after a gap, instead of ending. */
  boolean isLiveAfterGaps();

  /** Returns whether to skip malformed events, instead of ending the connection. */
  boolean isMalformedSkipped();

  /**
   * Returns the data that marks the end of a finite stream and is not delivered; null when the
   * stream is not finite.
   */
  @Nullable String endMarker();

  /** Returns whether the declared end of a response's body completes the stream. */
  boolean isEndedByBody();

  /** Returns the body to POST; null to send a GET. */
  @Nullable String body();

  /** Returns whether to open a stream of any content type, and of none. */
  boolean isAnyTypeAccepted();

  /** Returns whether to ask the server for gzip. */
  boolean isGzip();

  /** Returns the HTTP proxy to connect through; null to connect directly. */
  @Nullable URI proxy();

  /** Returns how long one event may take to arrive; null when the scenario does not limit it. */
  default @Nullable Duration eventTimeout() {
    return null;
  }

  /** Returns whether the server has no cursor: the client sends none, and loses what it misses. */
  default boolean isWithoutCursor() {
    return false;
  }

  /**
   * Returns whether the server remembers how far the client is: the client sends no cursor, and
   * loses nothing.
   */
  default boolean isPositionAtServer() {
    return false;
  }

  /**
   * Returns whether the server speaks HTTP/2 only, without TLS, so that the client has to know it
   * (RFC 9113 3.3).
   */
  default boolean isHttp2() {
    return false;
  }

  /**
   * Returns the data by which a server says that it cannot replay, and which is not delivered; null
   * when the scenario has none.
   */
  default @Nullable String gapMarker() {
    return null;
  }

  /**
   * Returns how often to send a ping over a WebSocket, and how long its answer may take; null when
   * the scenario does not care.
   */
  default @Nullable Duration pingEvery() {
    return null;
  }

  /** Returns the text message to send when a WebSocket is open; null to send none. */
  default @Nullable String message() {
    return null;
  }

  /** Returns the number of the event at which the consumer fails, from 1; 0 when it does not. */
  int consumerFailsAt();

  /** Returns how many times in a row the consumer fails, from there on: at least 1. */
  default int consumerFailures() {
    return 1;
  }

  /**
   * Returns how often to deliver an event again at which the consumer failed, each time after
   * {@link #baseDelay}.
   */
  default int consumerRetries() {
    return 0;
  }

  /** Returns whether to skip an event at which the consumer failed for the last time. */
  default boolean isFailedEventSkipped() {
    return false;
  }

  /**
   * Returns the number of the event at which the consumer closes the client from within its
   * handler, from 1; 0 when it does not. A client in this process need not act on it: {@link
   * ClientReport#event} closes it.
   */
  int consumerClosesAt();
}
