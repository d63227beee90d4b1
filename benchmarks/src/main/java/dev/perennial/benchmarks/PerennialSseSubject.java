package dev.perennial.benchmarks;

import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import okhttp3.HttpUrl;

/**
 * This SDK with its defaults: calls a listener on the subscription's own thread, and drops replays.
 */
final class PerennialSseSubject implements Subject {

  @Override
  public String name() {
    return "Perennial " + Versions.of("perennial");
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    EventStream<String> ticks = Sse.builder(url.toString()).stream();
    return PerennialRun.of(check, ticks, event -> check.event(event.id(), event.data()));
  }
}
