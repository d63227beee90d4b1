package dev.perennial.benchmarks;

import dev.perennial.EventStream;
import dev.perennial.ndjson.Ndjson;
import okhttp3.HttpUrl;

/** This SDK with its defaults: checks each line, keeps its {@code /id}, and decodes it. */
final class PerennialNdjsonSubject implements Subject {

  @Override
  public String name() {
    return "Perennial " + Versions.of("perennial");
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    EventStream<Tick> ticks = Ndjson.builder(url.toString()).stream(Tick.class);
    return PerennialRun.of(check, ticks, event -> check.event(event.id(), event.data().data()));
  }
}
