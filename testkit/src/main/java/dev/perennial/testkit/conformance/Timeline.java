package dev.perennial.testkit.conformance;

import dev.perennial.testkit.conformance.Happening.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The picture of a run: time from left to right, a lane for the client and one for each connection,
 * as SVG. Its looks are in {@code report.css}.
 */
final class Timeline {
  static final double WIDTH = 760;
  static final double LEFT = 118;
  static final double RIGHT = 744;
  private static final double AXIS = 26;
  private static final double LANE = 38;

  private Timeline() {}

  /** Draws all that was seen. */
  static void draw(Trace trace, Markup out) {
    List<Happening> all = trace.all();
    long last = all.isEmpty() ? 1 : all.get(all.size() - 1).atNanos();
    TimeAxis axis = new TimeAxis(Math.max(1, last), LEFT + 8, RIGHT - 8);
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
    Svg svg = new Svg(out, WIDTH);
    drawAxis(svg, axis, height);
    double y = AXIS;
    for (TimelineLanes.Client client : clients) {
      lane(svg, y, client.label(), "");
      new TimelineClient(svg, axis, y).draw(client.happenings());
      y += LANE;
    }
    for (TimelineLanes.Server server : servers) {
      lane(svg, y, server.label(), server.detail());
      new TimelineServer(svg, axis, y).draw(server);
      y += LANE;
    }
    drawClosed(svg, axis, trace, height);
    out.close("svg").close("div").line();
  }

  private static String summary(Trace trace) {
    return "Timeline: "
        + (trace.requestCount() + " connections, " + trace.count(Kind.EVENT) + " events, ")
        + (trace.count(Kind.GAP) + " gaps, " + trace.count(Kind.FAULT) + " faults; ")
        + (trace.count(Kind.COMPLETED) > 0 ? "completed" : "")
        + (trace.count(Kind.FAILED) > 0 ? "failed" : "")
        + (trace.hasEnded() ? "" : "no end told")
        + ".";
  }

  private static void drawAxis(Svg svg, TimeAxis axis, double height) {
    for (long tick : axis.ticks()) {
      double x = axis.x(tick);
      svg.mark("axis", words(tick)).line(x, 16, x, height).endMark();
      svg.text("tick", x, 11, "middle", words(tick));
    }
  }

  /** A round time without what is zero. */
  private static String words(long nanos) {
    if (nanos == 0) {
      return "0";
    } else if (nanos < 1_000_000) {
      return Markup.number(nanos / 1e3) + " µs";
    } else if (nanos < 1_000_000_000) {
      return Markup.number(nanos / 1e6) + " ms";
    }
    return Markup.number(nanos / 1e9) + " s";
  }

  private static void lane(Svg svg, double y, String label, String detail) {
    boolean isAlone = detail.isEmpty();
    svg.text("who", 4, y + (isAlone ? 25 : 19), "start", label);
    if (!isAlone) {
      String shown = detail.length() > 20 ? detail.substring(0, 19) + "…" : detail;
      svg.text("what", 4, y + 32, "start", shown);
    }
  }

  private static void drawClosed(Svg svg, TimeAxis axis, Trace trace, double height) {
    for (Happening closed : trace.all(Kind.CLOSED)) {
      double x = axis.x(closed.atNanos());
      svg.mark("closed", title(closed)).line(x, AXIS - 8, x, height).endMark();
    }
  }

  // ---- What the lanes share ----

  /** Neighbours that could not be told apart, together. */
  static List<List<Happening>> clusters(List<Happening> all, TimeAxis axis, double gap) {
    List<List<Happening>> clusters = new ArrayList<>();
    double last = Double.NEGATIVE_INFINITY;
    for (Happening one : all) {
      double x = axis.x(one.atNanos());
      if (x - last > gap) {
        clusters.add(new ArrayList<>());
      }
      clusters.get(clusters.size() - 1).add(one);
      last = x;
    }
    return clusters;
  }

  /** When and what. */
  static String title(Happening one) {
    String text = one.text().isEmpty() ? "" : ": " + Words.visible(one.text());
    String id = one.id() == null ? "" : " (id " + Words.visible(one.id()) + ")";
    return Words.ofNanos(one.atNanos()) + " " + Moments.words(one.kind()) + text + id;
  }

  /** The same of many: the first and the last of them. */
  static String title(List<Happening> cluster) {
    Happening first = cluster.get(0);
    if (cluster.size() == 1) {
      return title(first);
    }
    Happening last = cluster.get(cluster.size() - 1);
    return cluster.size() + " times, first " + title(first) + ", last " + title(last);
  }
}
