package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What checks look at when a run is over.
 *
 * @param protocol the transport
 * @param settings what the client was set to, in the scenario's time
 * @param trace all that was recorded
 * @param scale of the run's time
 */
public record TraceView(Protocol protocol, ClientSettings settings, Trace trace, TimeScale scale) {

  /** Returns the data of the first stream's events, as the log has them. */
  public List<String> data() {
    return trace.events().stream().map(this::dataOf).toList();
  }

  public String dataOf(TraceEvent event) {
    if (protocol == Protocol.SSE) {
      return event.text();
    }
    String data = WireFormat.field(event.text(), "data");
    return data == null ? event.text() : data;
  }

  /** Returns the ids of the first stream's events, empty where an event has none. */
  public List<String> ids() {
    return trace.events().stream().map(this::idOf).toList();
  }

  private String idOf(TraceEvent event) {
    String id = protocol == Protocol.SSE ? event.id() : WireFormat.field(event.text(), "id");
    return id == null ? "" : id;
  }

  /** Returns the types that the client reported of the first stream's events. */
  public List<String> types() {
    return trace.events().stream().map(TraceEvent::type).toList();
  }

  public List<TracedRequest> requests() {
    return trace.requests();
  }

  /** Returns the cursors of the requests, with a dash for a request without one. */
  public List<String> cursors() {
    return requests().stream()
        .map(TracedRequest::cursor)
        .map(cursor -> cursor == null ? "-" : cursor)
        .toList();
  }

  /** Returns the time from the end of a connection to the next request; null without either. */
  public @Nullable Duration delayAfter(int connection) {
    long end = trace.endOf(connection);
    if (end < 0 || requests().size() <= connection) {
      return null;
    }
    return Duration.ofNanos(requests().get(connection).atNanos() - end);
  }

  /** Returns all delays between the end of a connection and the next request. */
  public List<Duration> delays() {
    List<Duration> delays = new ArrayList<>();
    for (int connection = 1; connection < requests().size(); connection++) {
      Duration delay = delayAfter(connection);
      if (delay != null) {
        delays.add(delay);
      }
    }
    return delays;
  }

  /** Describes how the first stream ended. */
  public String end() {
    List<TraceEvent> failed = trace.all(Kind.FAILED, 1);
    if (!failed.isEmpty()) {
      return "it failed: " + failed.get(0).text();
    }
    return trace.all(Kind.COMPLETED, 1).isEmpty() ? "it had not ended" : "it completed";
  }

  /** Returns whether a stream delivered an event before the kit closed the client. */
  public boolean hasDeliveredBeforeClose(int stream) {
    return trace.all(Kind.EVENT, stream).stream().anyMatch(event -> event.atNanos() < closedAt());
  }

  /** Returns when the kit closed the client, in nanoseconds since the run began. */
  public long closedAt() {
    List<TraceEvent> closed = trace.all(Kind.CLOSED);
    return closed.isEmpty() ? Long.MAX_VALUE : closed.get(0).atNanos();
  }
}
