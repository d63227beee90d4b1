package dev.perennial.benchmarks;

import dev.perennial.Decoder;
import dev.perennial.ndjson.Ndjson;
import okhttp3.HttpUrl;

/**
 * This SDK with its defaults: checks each line, keeps its {@code /id}, drops replays and hands over
 * a record, or the line as it came.
 */
final class PerennialNdjsonSubject implements Subject {

  /** What the subscription makes of a line. */
  private enum Data {
    RECORD(""),
    TEXT(" as text"),
    BYTES(" as bytes");

    private final String suffix;

    Data(String suffix) {
      this.suffix = suffix;
    }
  }

  private final Data data;

  private PerennialNdjsonSubject(Data data) {
    this.data = data;
  }

  static PerennialNdjsonSubject ofRecords() {
    return new PerennialNdjsonSubject(Data.RECORD);
  }

  static PerennialNdjsonSubject ofText() {
    return new PerennialNdjsonSubject(Data.TEXT);
  }

  static PerennialNdjsonSubject ofBytes() {
    return new PerennialNdjsonSubject(Data.BYTES);
  }

  @Override
  public String name() {
    return "Perennial " + Versions.of("perennial") + data.suffix;
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    Ndjson.Builder ticks = Ndjson.builder(url.toString());
    return switch (data) {
      case RECORD ->
          PerennialRun.of(
              check,
              ticks.stream(Tick.class),
              event -> check.event(event.id(), event.data().data()));
      case TEXT -> PerennialRun.of(check, ticks.stream(), event -> check.json(event.data()));
      case BYTES ->
          PerennialRun.of(
              check,
              ticks.stream(Decoder.bytes()),
              event -> check.jsonBytes(event.id(), event.data().length));
    };
  }
}
