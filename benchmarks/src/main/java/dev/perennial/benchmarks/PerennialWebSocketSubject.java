package dev.perennial.benchmarks;

import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import okhttp3.HttpUrl;

/**
 * This SDK as a program would configure it for a server that sends faster than the program
 * processes: with a heartbeat of its own, so that a full queue applies backpressure instead of
 * closing the connection to resume it later.
 */
final class PerennialWebSocketSubject implements Subject {
  private static final Duration LONGER_THAN_A_ROUND = Duration.ofMinutes(10);

  private final boolean isJson;

  private PerennialWebSocketSubject(boolean isJson) {
    this.isJson = isJson;
  }

  static PerennialWebSocketSubject ofText() {
    return new PerennialWebSocketSubject(false);
  }

  static PerennialWebSocketSubject ofJson() {
    return new PerennialWebSocketSubject(true);
  }

  @Override
  public String name() {
    return "Perennial " + Versions.of("perennial");
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    WebSockets.Builder ticks =
        WebSockets.builder(url.toString())
            .cursorParameter("since")
            .heartbeatEvery(LONGER_THAN_A_ROUND, "{}");
    return isJson
        ? PerennialRun.of(
            check, ticks.stream(Tick.class), event -> check.event(event.id(), event.data().data()))
        : PerennialRun.of(check, ticks.stream(), event -> check.json(event.data()));
  }
}
