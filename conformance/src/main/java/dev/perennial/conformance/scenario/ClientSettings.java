package dev.perennial.conformance.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario sets its client to. Durations are in the scenario's time until they are {@link
 * #scaled}. Mutable while a scenario is written, and copied before it runs.
 */
public final class ClientSettings {
  Duration baseDelay = Duration.ofMillis(200);
  Duration maxDelay = Duration.ofSeconds(1);
  @Nullable Duration staleAfter; // Null until set, like the other nullable fields.
  @Nullable Duration attemptTimeout;
  @Nullable String startCursor;
  List<String> tokens = List.of();
  Map<String, String> headers = Map.of();
  @Nullable Integer maxEventBytes;
  boolean isLiveAfterGaps;
  boolean isMalformedSkipped;
  @Nullable String endMarker;
  @Nullable String body;
  String cursorParameter = WireFormat.CURSOR_PARAMETER;
  boolean isEndedByBody;
  boolean isAnyTypeAccepted;
  boolean isGzip;
  @Nullable Duration eventTimeout;
  boolean isWithoutCursor;
  boolean isPositionAtServer;
  boolean isHttp2;
  @Nullable String gapMarker;
  @Nullable Duration pingEvery;
  @Nullable String message;
  int consumerFailsAt;
  int consumerFailures = 1;
  int consumerRetries;
  boolean isFailedEventSkipped;
  int consumerClosesAt;

  public ClientSettings baseDelay(Duration delay) {
    baseDelay = delay;
    return this;
  }

  public ClientSettings maxDelay(Duration delay) {
    maxDelay = delay;
    return this;
  }

  public ClientSettings staleAfter(Duration silence) {
    staleAfter = silence;
    return this;
  }

  public ClientSettings attemptTimeout(Duration timeout) {
    attemptTimeout = timeout;
    return this;
  }

  public ClientSettings startCursor(String cursor) {
    startCursor = cursor;
    return this;
  }

  public ClientSettings tokens(List<String> values) {
    tokens = List.copyOf(values);
    return this;
  }

  public ClientSettings headers(Map<String, String> callersHeaders) {
    headers = Map.copyOf(callersHeaders);
    return this;
  }

  public ClientSettings maxEventBytes(int bytes) {
    maxEventBytes = bytes;
    return this;
  }

  public ClientSettings liveAfterGaps() {
    isLiveAfterGaps = true;
    return this;
  }

  public ClientSettings skipMalformed() {
    isMalformedSkipped = true;
    return this;
  }

  public ClientSettings consumerRetries(int count) {
    consumerRetries = count;
    return this;
  }

  public ClientSettings skipFailedEvents() {
    isFailedEventSkipped = true;
    return this;
  }

  public ClientSettings endMarker(String data) {
    endMarker = data;
    return this;
  }

  public ClientSettings body(String content) {
    body = content;
    return this;
  }

  public ClientSettings cursorParameter(String name) {
    cursorParameter = name;
    return this;
  }

  public ClientSettings endsWithBody() {
    isEndedByBody = true;
    return this;
  }

  public ClientSettings acceptAnyType() {
    isAnyTypeAccepted = true;
    return this;
  }

  public ClientSettings gzip() {
    isGzip = true;
    return this;
  }

  public ClientSettings eventTimeout(Duration time) {
    eventTimeout = time;
    return this;
  }

  public ClientSettings withoutCursor() {
    isWithoutCursor = true;
    return this;
  }

  public ClientSettings positionAtServer() {
    isPositionAtServer = true;
    return this;
  }

  /** Has the server speak HTTP/2 only. */
  public ClientSettings http2() {
    isHttp2 = true;
    return this;
  }

  public ClientSettings gapMarker(String data) {
    gapMarker = data;
    return this;
  }

  public ClientSettings pingEvery(Duration interval) {
    pingEvery = interval;
    return this;
  }

  public ClientSettings message(String text) {
    message = text;
    return this;
  }

  public Duration maxDelay() {
    return maxDelay;
  }

  public @Nullable Duration staleAfter() {
    return staleAfter;
  }

  /** Returns a copy in real time. */
  ClientSettings scaled(TimeScale scale) {
    ClientSettings scaled = new ClientSettings();
    scaled.baseDelay = scale.real(baseDelay);
    scaled.maxDelay = scale.real(maxDelay);
    scaled.staleAfter = staleAfter == null ? null : scale.real(staleAfter);
    scaled.attemptTimeout = attemptTimeout == null ? null : scale.real(attemptTimeout);
    scaled.startCursor = startCursor;
    scaled.tokens = tokens;
    scaled.headers = headers;
    scaled.maxEventBytes = maxEventBytes;
    scaled.isLiveAfterGaps = isLiveAfterGaps;
    scaled.isMalformedSkipped = isMalformedSkipped;
    scaled.endMarker = endMarker;
    scaled.body = body;
    scaled.cursorParameter = cursorParameter;
    scaled.isEndedByBody = isEndedByBody;
    scaled.isAnyTypeAccepted = isAnyTypeAccepted;
    scaled.isGzip = isGzip;
    scaled.eventTimeout = eventTimeout == null ? null : scale.real(eventTimeout);
    scaled.isWithoutCursor = isWithoutCursor;
    scaled.isPositionAtServer = isPositionAtServer;
    scaled.isHttp2 = isHttp2;
    scaled.gapMarker = gapMarker;
    scaled.pingEvery = pingEvery == null ? null : scale.real(pingEvery);
    scaled.message = message;
    scaled.consumerFailsAt = consumerFailsAt;
    scaled.consumerFailures = consumerFailures;
    scaled.consumerRetries = consumerRetries;
    scaled.isFailedEventSkipped = isFailedEventSkipped;
    scaled.consumerClosesAt = consumerClosesAt;
    return scaled;
  }

  /** Returns a copy for the next process, which starts after the stored cursor. */
  ClientSettings restarted(@Nullable String storedCursor) {
    ClientSettings next = scaled(TimeScale.of(1));
    next.startCursor = storedCursor != null ? storedCursor : startCursor;
    next.consumerFailsAt = 0;
    next.consumerClosesAt = 0;
    return next;
  }
}
