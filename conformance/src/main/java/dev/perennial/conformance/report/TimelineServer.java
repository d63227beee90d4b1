package dev.perennial.conformance.report;

import dev.perennial.conformance.report.TimelineLanes.Connection;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.util.ArrayList;
import java.util.List;

/** Draws the lane of one connection, or of several. */
final class TimelineServer {
  private static final double HEIGHT = 12;
  private static final double ARROW_WITH_WORDS = 44;
  private static final double ARROW = 8;

  private final Svg svg;
  private final TimeAxis axis;
  private final double top;
  private final double labels;

  TimelineServer(Svg svg, TimeAxis axis, double y) {
    this.svg = svg;
    this.axis = axis;
    this.top = y + 18;
    this.labels = y + 13;
  }

  void draw(TimelineLanes.Server lane) {
    if (lane.isMany()) {
      drawMany(lane.connections());
      return;
    }
    Connection connection = lane.connections().get(0);
    drawWait(connection);
    drawBar(connection, 3);
    List<TraceEvent> all = connection.events();
    TimelineMarks.clusters(of(all, Kind.SENT), axis, 3).forEach(this::drawSent);
    TimelineMarks.clusters(of(all, Kind.RECEIVED), axis, 5).forEach(this::drawReceived);
    drawEnd(connection);
    TimelineMarks.clusters(of(all, Kind.SENT), axis, 3).forEach(this::labelSent);
    of(all, Kind.FLOODED).forEach(this::drawFlooded);
  }

  private static List<TraceEvent> of(List<TraceEvent> all, Kind kind) {
    return all.stream().filter(one -> one.kind() == kind).toList();
  }

  /**
   * Draws when several connections were open, and their faults; less than a pixel apart, as one.
   */
  private void drawMany(List<Connection> all) {
    List<Connection> together = new ArrayList<>();
    double last = Double.NEGATIVE_INFINITY;
    for (Connection one : all) {
      if (!together.isEmpty() && axis.x(one.request().atNanos()) - last > 1) {
        drawTogether(together, last);
        together.clear();
        last = Double.NEGATIVE_INFINITY;
      }
      together.add(one);
      last = Math.max(last, endOf(one));
    }
    drawTogether(together, last);
    List<TraceEvent> requests = new ArrayList<>();
    List<TraceEvent> faults = new ArrayList<>();
    for (Connection one : all) {
      requests.addAll(of(one.events(), Kind.REQUEST));
      faults.addAll(of(one.events(), Kind.FAULT));
    }
    for (List<TraceEvent> cluster : TimelineMarks.clusters(requests, axis, 1)) {
      double from = axis.x(cluster.get(0).atNanos());
      double to = axis.x(cluster.get(cluster.size() - 1).atNanos());
      svg.mark("sent", TimelineMarks.title(cluster))
          .rect(from, top + 2, Math.max(1, to - from), HEIGHT - 4, 0)
          .endMark();
    }
    for (List<TraceEvent> cluster : TimelineMarks.clusters(faults, axis, 3)) {
      double x = axis.x(cluster.get(0).atNanos());
      svg.mark("fault", TimelineMarks.title(cluster)).cross(x, top + HEIGHT / 2, 3).endMark();
    }
  }

  private double endOf(Connection connection) {
    return connection.toNanos() >= 0 ? axis.x(connection.toNanos()) : axis.right();
  }

  private void drawTogether(List<Connection> connections, double to) {
    Connection first = connections.get(0);
    if (connections.size() == 1) {
      drawBar(first, 1);
      return;
    }
    Connection last = connections.get(connections.size() - 1);
    double from = axis.x(first.request().atNanos());
    String title =
        connections.size()
            + " connections, "
            + first.number()
            + " to "
            + last.number()
            + ", from "
            + Format.nanos(first.request().atNanos())
            + " to "
            + Format.nanos(last.request().atNanos());
    svg.mark("bar", title).rect(from, top, Math.max(1, to - from), HEIGHT, 0).endMark();
    String words = "×" + connections.size();
    if (to - from > ARROW_WITH_WORDS) {
      svg.label("quiet", (from + to) / 2, labels, words);
    }
  }

  private void drawBar(Connection connection, double least) {
    double from = axis.x(connection.request().atNanos());
    boolean isOver = connection.toNanos() >= 0;
    double to = isOver ? axis.x(connection.toNanos()) : axis.right();
    String title =
        "connection "
            + connection.number()
            + ": "
            + connection.request().request()
            + ", from "
            + Format.nanos(connection.request().atNanos())
            + (isOver ? " to " + Format.nanos(connection.toNanos()) : ", open to the end");
    svg.mark(isOver ? "bar" : "bar open", title)
        .rect(from, top, Math.max(least, to - from), HEIGHT, 2)
        .endMark();
  }

  /** Draws the wait from the end of the previous connection to this request. */
  private void drawWait(Connection connection) {
    Connection previous = connection.previous();
    if (previous == null) {
      return;
    }
    double from = axis.x(previous.toNanos());
    double to = axis.x(connection.request().atNanos());
    double y = top + HEIGHT / 2;
    long nanos = connection.request().atNanos() - previous.toNanos();
    String words = Format.nanos(nanos);
    if (to - from < ARROW) {
      return;
    }
    svg.mark("wait", words + " from the end of connection " + previous.number());
    svg.line(from, top - 7, from, y).line(from, y, to - 5, y);
    svg.shape(to - 1, y, 0, 0, -6, -3.5, -6, 3.5).endMark();
    if (to - from >= ARROW_WITH_WORDS) {
      svg.label("quiet", (from + to) / 2, labels, words);
    }
  }

  private void drawSent(List<TraceEvent> sent) {
    double from = axis.x(sent.get(0).atNanos());
    double to = axis.x(sent.get(sent.size() - 1).atNanos());
    boolean isAlive = sent.stream().allMatch(one -> one.text().equals("heartbeat"));
    long bytes = sent.stream().mapToLong(one -> one.bytes().length).sum();
    double height = isAlive ? HEIGHT / 3 : HEIGHT - 4;
    svg.mark(isAlive ? "alive" : "sent", TimelineMarks.title(sent) + " (" + bytes + " bytes)")
        .rect(from - 1, top + HEIGHT - 2 - height, to - from + 2, height, 0)
        .endMark();
  }

  /** Labels what was sent if there is space: a cluster by its first and last text. */
  private void labelSent(List<TraceEvent> sent) {
    List<String> texts =
        sent.stream()
            .map(TraceEvent::text)
            .filter(text -> !text.equals("heartbeat") && !text.endsWith(" is open"))
            .toList();
    if (!texts.isEmpty()) {
      String first = TimelineMarks.shortened(texts.get(0));
      String last = TimelineMarks.shortened(texts.get(texts.size() - 1));
      String words = texts.size() == 1 ? first : first + (texts.size() == 2 ? ", " : " … ") + last;
      svg.label("quiet", axis.x(sent.get(0).atNanos()), labels, words);
    }
  }

  private static String fault(TraceEvent fault) {
    String words = fault.text();
    if (words.endsWith("(FIN)")) {
      return "cut (FIN)";
    }
    return words.endsWith("(RST)") ? "reset (RST)" : "half-closed";
  }

  private void drawReceived(List<TraceEvent> received) {
    double x = axis.x(received.get(0).atNanos());
    svg.mark("received", TimelineMarks.title(received))
        .shape(x, top + HEIGHT + 5, 0, -5, 4, 2, -4, 2)
        .endMark();
  }

  private void drawFlooded(TraceEvent flooded) {
    svg.label("quiet", axis.x(flooded.atNanos()), labels, "flood sent");
  }

  private void drawEnd(Connection connection) {
    TraceEvent end = connection.end();
    double y = top + HEIGHT / 2;
    if (end != null) {
      double x = axis.x(end.atNanos());
      switch (end.kind()) {
        case FAULT -> {
          svg.mark("fault", TimelineMarks.title(end)).cross(x, y, 6).endMark();
          svg.label("bad", x, labels, fault(end));
        }
        case ANSWER -> {
          svg.mark("answer", TimelineMarks.title(end))
              .rect(x - 2, top - 2, 4, HEIGHT + 4, 0)
              .endMark();
          svg.label("", x, labels, end.text().split("[ ,]", 2)[0]);
        }
        default -> {
          svg.mark("end", TimelineMarks.title(end))
              .rect(x - 1.5, top - 3, 3, HEIGHT + 6, 0)
              .endMark();
          svg.label("", x, labels, "end");
        }
      }
    }
    TraceEvent left = connection.left();
    if (left != null && (end == null || axis.x(left.atNanos()) - axis.x(end.atNanos()) > 6)) {
      double x = axis.x(left.atNanos());
      svg.mark("left", TimelineMarks.title(left)).circle(x, y, 4).endMark();
      svg.label("quiet", x, labels, "client closes");
    }
  }
}
