package dev.perennial.conformance;

import dev.perennial.conformance.TraceEvent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen in a run that is over, for checks to look at.
 *
 * @param scenario what was run
 * @param trace all that was seen
 * @param scale of the run's time
 */
record TraceView(Scenario scenario, Trace trace, TimeScale scale) {

  Protocol protocol() {
    return scenario.protocol;
  }

  /** What the client was told, in the scenario's time. */
  Instructions.Draft settings() {
    return scenario.settings;
  }

  /** The data of the first stream's events, as the log has them. */
  List<String> data() {
    return data(1);
  }

  List<String> data(int stream) {
    return trace.all(Kind.EVENT, stream).stream().map(this::dataOf).toList();
  }

  String dataOf(TraceEvent event) {
    if (protocol() == Protocol.SSE) {
      return event.text();
    }
    String data = WireFormat.field(event.text(), "data");
    return data == null ? event.text() : data;
  }

  /** The ids of the first stream's events, empty where there is none. */
  List<String> ids() {
    return trace.events().stream().map(this::idOf).toList();
  }

  private String idOf(TraceEvent event) {
    String id = protocol() == Protocol.SSE ? event.id() : WireFormat.field(event.text(), "id");
    return id == null ? "" : id;
  }

  /** The types that the client told of the first stream's events. */
  List<String> types() {
    return trace.events().stream().map(TraceEvent::type).toList();
  }

  List<TracedRequest> requests() {
    return trace.requests();
  }

  /** What the requests asked for, with a dash where one asked for nothing. */
  List<String> cursors() {
    return requests().stream()
        .map(TracedRequest::cursor)
        .map(cursor -> cursor == null ? "-" : cursor)
        .toList();
  }

  /** How long after the end of connection {@code number} the next request came; null if none. */
  @Nullable Duration delayAfter(int number) {
    long end = trace.endOf(number);
    if (end < 0 || requests().size() <= number) {
      return null;
    }
    return Duration.ofNanos(requests().get(number).atNanos() - end);
  }

  /** All the delays between the end of a connection and the next request. */
  List<Duration> delays() {
    List<Duration> delays = new ArrayList<>();
    for (int number = 1; number < requests().size(); number++) {
      Duration delay = delayAfter(number);
      if (delay != null) {
        delays.add(delay);
      }
    }
    return delays;
  }

  /** How the first stream ended, in words. */
  String end() {
    List<TraceEvent> failed = trace.all(Kind.FAILED, 1);
    if (!failed.isEmpty()) {
      return "it failed: " + failed.get(0).text();
    }
    return trace.all(Kind.COMPLETED, 1).isEmpty() ? "it had not ended" : "it completed";
  }

  /** Whether an event of this stream came while the client was to follow it. */
  boolean hasSeenBeforeClose(int stream) {
    return trace.all(Kind.EVENT, stream).stream().anyMatch(one -> one.atNanos() < closedAt());
  }

  /** When the kit told the client to close. */
  long closedAt() {
    List<TraceEvent> closed = trace.all(Kind.CLOSED);
    return closed.isEmpty() ? Long.MAX_VALUE : closed.get(0).atNanos();
  }
}
