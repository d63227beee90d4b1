package dev.perennial.conformance.report;

import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.util.List;

/** Writes the trace of a run as an HTML table. */
final class TraceTable {
  private static final int FIRST_SHOWN = 150;
  private static final int LAST_SHOWN = 50;

  private TraceTable() {}

  static void write(Trace trace, Markup out) {
    List<TraceEvent> all = trace.all();
    out.open("details", "class", "moments");
    out.leaf("summary", "All events in order (" + all.size() + ")");
    out.open("div", "class", "wide").open("table");
    int hidden = all.size() - FIRST_SHOWN - LAST_SHOWN;
    for (int i = 0; i < all.size(); i++) {
      if (hidden > 0 && i == FIRST_SHOWN) {
        out.open("tr").leaf("td", "").leaf("td", "").leaf("td", hidden + " more").close("tr");
        i += hidden;
      }
      write(all.get(i), out);
    }
    out.close("table").close("div").close("details").line();
  }

  private static void write(TraceEvent one, Markup out) {
    boolean isServers = one.kind().isServers();
    out.open("tr").leaf("td", Format.nanos(one.atNanos()), "class", "number");
    out.leaf("td", (isServers ? "connection " : "client ") + one.number());
    String text = one.text().isEmpty() ? "" : ": " + Format.visible(one.text());
    String bytes = one.bytes().length == 0 ? "" : " (" + one.bytes().length + " bytes)";
    out.leaf("td", words(one.kind()) + text + bytes).close("tr").line();
  }

  /** Describes a kind of event, after the name of the client or the connection. */
  static String words(Kind kind) {
    return switch (kind) {
      case STARTED -> "is started";
      case OPENED -> "reports that it is open";
      case EVENT -> "delivers an event";
      case GAP -> "reports a gap";
      case STORED -> "stores a cursor";
      case COMPLETED -> "completes";
      case FAILED -> "fails";
      case CONSUMER_FAILED -> "the consumer throws, on purpose";
      case HELD -> "the consumer is busy";
      case RELEASED -> "the consumer is ready again";
      case CLOSED -> "is closed";
      case BROKEN -> "is broken";
      case REQUEST -> "receives a request";
      case ANSWER -> "answers";
      case SENT -> "sends";
      case WAITED -> "waits";
      case FLOODED -> "has sent a flood to its end";
      case FAULT -> "causes a fault";
      case ENDED -> "ends";
      case RECEIVED -> "receives";
      case LEFT -> "sees the client close";
      case SERVED -> "has finished";
    };
  }
}
