package dev.perennial.conformance.report;

import dev.perennial.conformance.Result;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a run as SVG: time from left to right, with a lane for the client and one for each
 * connection. {@code report.css} styles it.
 */
final class Timeline {
  static final double WIDTH = 760;
  static final double LEFT = 118;
  static final double RIGHT = 744;
  private static final double AXIS = 26;
  private static final double TICKS = 11;
  private static final double LANE = 38;

  private Timeline() {}

  /** Draws all events of a run. */
  static void draw(Result result, Trace trace, Markup out) {
    TimeAxis axis = axis(trace, result.took().toNanos());
    List<TimelineLanes.Client> clients = TimelineLanes.clients(trace);
    List<TimelineLanes.Server> servers = TimelineLanes.servers(trace);
    double height = AXIS + LANE * (clients.size() + servers.size()) + 4;
    out.open("div", "class", "picture");
    out.open(
        "svg",
        "viewBox",
        "0 0 " + Markup.number(WIDTH) + " " + Markup.number(height),
        "role",
        "img",
        "aria-label",
        summary(trace));
    Svg svg = new Svg(out, LEFT - 6, WIDTH);
    drawAxis(svg, axis, height);
    double y = AXIS;
    for (TimelineLanes.Client client : clients) {
      lane(svg, y, client.label(), "");
      new TimelineClient(svg, axis, result.protocol(), y).draw(client.events());
      y += LANE;
    }
    for (TimelineLanes.Server server : servers) {
      lane(svg, y, server.label(), server.detail());
      new TimelineServer(svg, axis, y).draw(server);
      y += LANE;
    }
    drawClosed(svg, axis, trace, height);
    drawBreaks(svg, axis, height);
    svg.writeLabels();
    out.close("svg").close("div").line();
  }

  private static TimeAxis axis(Trace trace, long tookNanos) {
    List<Long> moments = new ArrayList<>();
    for (TraceEvent one : trace.all()) {
      if (one.kind() != Kind.SERVED && one.kind() != Kind.WAITED) { // Not drawn.
        moments.add(one.atNanos());
      }
    }
    long last = moments.isEmpty() ? 1 : moments.get(moments.size() - 1);
    return TimeAxis.of(moments, Math.max(last, tookNanos), LEFT + 8, RIGHT - 8);
  }

  private static String summary(Trace trace) {
    return "Timeline: "
        + (trace.requestCount() + " connections, " + trace.count(Kind.EVENT) + " events, ")
        + (trace.count(Kind.GAP) + " gaps, " + trace.count(Kind.FAULT) + " faults; ")
        + (trace.count(Kind.COMPLETED) > 0 ? "completed" : "")
        + (trace.count(Kind.FAILED) > 0 ? "failed" : "")
        + (trace.hasEnded() ? "" : "no end reported")
        + ".";
  }

  private static void drawAxis(Svg svg, TimeAxis axis, double height) {
    for (TimeAxis.Break one : axis.breaks()) {
      svg.centred("pause", middle(axis, one), TICKS, "… " + Format.nanos(one.nanos()) + " …");
    }
    for (long tick : axis.ticks()) {
      double x = axis.x(tick);
      if (svg.centred("tick", x, TICKS, words(tick))) {
        svg.mark("axis", words(tick)).line(x, 16, x, height).endMark();
      }
    }
  }

  /** Formats a round time without trailing zeros. */
  private static String words(long nanos) {
    if (nanos == 0) {
      return "0";
    } else if (nanos < 1_000_000) {
      return decimal(nanos, 3) + " µs";
    }
    return nanos < 1_000_000_000 ? decimal(nanos, 6) + " ms" : decimal(nanos, 9) + " s";
  }

  private static String decimal(long value, int places) {
    return BigDecimal.valueOf(value, places).stripTrailingZeros().toPlainString();
  }

  private static double middle(TimeAxis axis, TimeAxis.Break one) {
    return (axis.x(one.from()) + axis.x(one.to())) / 2;
  }

  /** Draws the breaks above everything else, so that they interrupt it. */
  private static void drawBreaks(Svg svg, TimeAxis axis, double height) {
    for (TimeAxis.Break one : axis.breaks()) {
      double x = middle(axis, one);
      svg.mark("break", Format.nanos(one.nanos()) + " without any event, drawn shorter")
          .rect(x - 4, 16, 8, height - 16, 0)
          .line(x - 4, 16, x - 4, height)
          .line(x + 4, 16, x + 4, height)
          .endMark();
    }
  }

  private static void lane(Svg svg, double y, String label, String detail) {
    boolean isAlone = detail.isEmpty();
    svg.text("who", 4, y + (isAlone ? 25 : 19), label);
    if (!isAlone) {
      String shown = detail.length() > 20 ? detail.substring(0, 19) + "…" : detail;
      svg.text("what", 4, y + 32, shown);
    }
  }

  private static void drawClosed(Svg svg, TimeAxis axis, Trace trace, double height) {
    for (TraceEvent closed : trace.all(Kind.CLOSED)) {
      double x = axis.x(closed.atNanos());
      svg.mark("closed", TimelineMarks.title(closed)).line(x, AXIS - 8, x, height).endMark();
    }
  }
}
