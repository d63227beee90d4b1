package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The instructions of one stream of a scenario. */
final class ScenarioInstructions implements Instructions {
  private final Rule rule;
  private final Protocol protocol;
  private final URI url;
  private final @Nullable URI proxy; // Null to connect directly.
  private final ClientSettings settings;

  /**
   * @param settings in real time, not changed afterwards
   */
  ScenarioInstructions(
      Rule rule, Protocol protocol, URI url, @Nullable URI proxy, ClientSettings settings) {
    this.rule = rule;
    this.protocol = protocol;
    this.url = url;
    this.proxy = proxy;
    this.settings = settings;
  }

  @Override
  public Rule rule() {
    return rule;
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public String cursorParameter() {
    return settings.cursorParameter;
  }

  @Override
  public Duration baseDelay() {
    return settings.baseDelay;
  }

  @Override
  public Duration maxDelay() {
    return settings.maxDelay;
  }

  @Override
  public @Nullable Duration staleAfter() {
    return settings.staleAfter;
  }

  @Override
  public @Nullable Duration attemptTimeout() {
    return settings.attemptTimeout;
  }

  @Override
  public @Nullable String startCursor() {
    return settings.startCursor;
  }

  @Override
  public List<String> tokens() {
    return settings.tokens;
  }

  @Override
  public Map<String, String> headers() {
    return settings.headers;
  }

  @Override
  public @Nullable Integer maxEventBytes() {
    return settings.maxEventBytes;
  }

  @Override
  public boolean isLiveAfterGaps() {
    return settings.isLiveAfterGaps;
  }

  @Override
  public boolean isMalformedSkipped() {
    return settings.isMalformedSkipped;
  }

  @Override
  public @Nullable String endMarker() {
    return settings.endMarker;
  }

  @Override
  public boolean isEndedByBody() {
    return settings.isEndedByBody;
  }

  @Override
  public @Nullable String body() {
    return settings.body;
  }

  @Override
  public boolean isAnyTypeAccepted() {
    return settings.isAnyTypeAccepted;
  }

  @Override
  public boolean isGzip() {
    return settings.isGzip;
  }

  @Override
  public @Nullable URI proxy() {
    return proxy;
  }

  @Override
  public @Nullable Duration eventTimeout() {
    return settings.eventTimeout;
  }

  @Override
  public boolean isWithoutCursor() {
    return settings.isWithoutCursor;
  }

  @Override
  public boolean isPositionAtServer() {
    return settings.isPositionAtServer;
  }

  @Override
  public boolean isHttp2() {
    return settings.isHttp2;
  }

  @Override
  public @Nullable String gapMarker() {
    return settings.gapMarker;
  }

  @Override
  public @Nullable Duration pingEvery() {
    return settings.pingEvery;
  }

  @Override
  public @Nullable String message() {
    return settings.message;
  }

  @Override
  public int consumerFailsAt() {
    return settings.consumerFailsAt;
  }

  @Override
  public int consumerFailures() {
    return settings.consumerFailures;
  }

  @Override
  public int consumerRetries() {
    return settings.consumerRetries;
  }

  @Override
  public boolean isFailedEventSkipped() {
    return settings.isFailedEventSkipped;
  }

  @Override
  public int consumerClosesAt() {
    return settings.consumerClosesAt;
  }

  @Override
  public String toString() {
    return protocol + " " + url;
  }
}
