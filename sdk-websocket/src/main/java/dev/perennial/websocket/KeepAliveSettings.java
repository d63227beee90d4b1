package dev.perennial.websocket;

import static dev.perennial.internal.time.Durations.requirePositive;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a connection alive: pings, heartbeats of the application, or nothing. A value.
 *
 * @param interval the time between two; null to send nothing
 * @param heartbeat makes the message to send instead of pings; null to send pings
 * @param chosenPingTimeout null for the interval, within the bounds of the default
 * @param isPingChosen whether the caller has set the interval of pings
 */
record KeepAliveSettings(
    @Nullable Duration interval,
    @Nullable Supplier<@Nullable String> heartbeat,
    @Nullable Duration chosenPingTimeout,
    boolean isPingChosen) {

  private static final Duration DEFAULT_PING = Duration.ofSeconds(20);
  private static final Duration SHORTEST_PING_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LONGEST_PING_TIMEOUT = Duration.ofSeconds(10);

  static final KeepAliveSettings DEFAULT = new KeepAliveSettings(DEFAULT_PING, null, null, false);

  KeepAliveSettings withPings(Duration every) {
    if (heartbeat != null) {
      throw new IllegalStateException("pingEvery(…) cannot be combined with heartbeatEvery(…)");
    }
    return new KeepAliveSettings(
        requirePositive("pingEvery", every), null, chosenPingTimeout, true);
  }

  KeepAliveSettings withHeartbeats(Duration every, Supplier<@Nullable String> message) {
    if (isPingChosen) {
      throw new IllegalStateException("heartbeatEvery(…) cannot be combined with pingEvery(…)");
    }
    return new KeepAliveSettings(
        requirePositive("heartbeatEvery", every), message, chosenPingTimeout, false);
  }

  KeepAliveSettings withNothing() {
    return new KeepAliveSettings(null, null, chosenPingTimeout, false);
  }

  KeepAliveSettings withPingTimeout(Duration limit) {
    return new KeepAliveSettings(
        interval, heartbeat, requirePositive("pingTimeout", limit), isPingChosen);
  }

  /** How long a ping may be unanswered. */
  Duration pingTimeout() {
    if (chosenPingTimeout != null) {
      return chosenPingTimeout;
    }
    if (interval == null || interval.compareTo(LONGEST_PING_TIMEOUT) > 0) {
      return LONGEST_PING_TIMEOUT;
    }
    return interval.compareTo(SHORTEST_PING_TIMEOUT) < 0 ? SHORTEST_PING_TIMEOUT : interval;
  }
}
