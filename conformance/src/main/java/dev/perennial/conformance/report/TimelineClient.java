package dev.perennial.conformance.report;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.WireFormat;
import java.util.List;

/** Draws the lane of a client: what it reported, and what its consumer did. */
final class TimelineClient {
  private static final double MARK = 14;

  private final Svg svg;
  private final TimeAxis axis;
  private final Protocol protocol;
  private final double middle;
  private final double labels;

  TimelineClient(Svg svg, TimeAxis axis, Protocol protocol, double y) {
    this.svg = svg;
    this.axis = axis;
    this.protocol = protocol;
    this.middle = y + 24;
    this.labels = y + 13;
  }

  void draw(List<TraceEvent> all) {
    svg.mark("rail", "client").line(axis.left(), middle, axis.right(), middle).endMark();
    drawHeld(all);
    TimelineMarks.clusters(of(all, Kind.OPENED), axis, 2).forEach(this::drawOpened);
    // The most important marks come first, since labels avoid each other.
    List<TraceEvent> gaps = of(all, Kind.GAP);
    for (TraceEvent one : all) {
      drawEnd(one, gaps);
    }
    TimelineMarks.clusters(gaps, axis, 10).forEach(this::drawGap);
    TimelineMarks.clusters(of(all, Kind.EVENT), axis, 9).forEach(this::drawEvents);
    TimelineMarks.clusters(of(all, Kind.STORED), axis, 5).forEach(this::drawStored);
    for (TraceEvent one : all) {
      drawBegin(one);
    }
  }

  private static List<TraceEvent> of(List<TraceEvent> all, Kind kind) {
    return all.stream().filter(one -> one.kind() == kind).toList();
  }

  private void drawHeld(List<TraceEvent> all) {
    TraceEvent held = null;
    for (TraceEvent one : all) {
      if (one.kind() == Kind.HELD && held == null) {
        held = one;
      } else if (one.kind() == Kind.RELEASED && held != null) {
        drawHeld(held, one.atNanos());
        held = null;
      }
    }
    if (held != null) {
      drawHeld(held, axis.nanos());
    }
  }

  private void drawHeld(TraceEvent held, long toNanos) {
    double from = axis.x(held.atNanos());
    double width = Math.max(3, axis.x(toNanos) - from);
    String time = Format.nanos(toNanos - held.atNanos());
    svg.mark("held", TimelineMarks.title(held) + " for " + time)
        .rect(from, middle - 8, width, 16, 2)
        .endMark();
    if (width > 90) {
      svg.label("", from + width / 2, labels, "consumer busy");
    }
  }

  private void drawEnd(TraceEvent one, List<TraceEvent> gaps) {
    double x = axis.x(one.atNanos());
    switch (one.kind()) {
      case COMPLETED -> {
        double free = besideGaps(x, gaps);
        svg.mark("completed", TimelineMarks.title(one))
            .rect(free - 5, middle - 8, 10, 16, 2)
            .endMark();
        svg.label("good", free, labels, "completes");
      }
      case FAILED, BROKEN -> {
        double free = besideGaps(x, gaps);
        svg.mark("failed", TimelineMarks.title(one)).rect(free - 6, middle - 8, 12, 16, 2);
        svg.cross(free, middle, 4).endMark();
        svg.label("bad", free, labels, one.kind() == Kind.FAILED ? "fails" : "broken");
      }
      case CONSUMER_FAILED -> {
        svg.mark("thrown", TimelineMarks.title(one))
            .circle(x, middle, 6)
            .cross(x, middle, 3)
            .endMark();
        svg.label("bad", x, labels, "consumer throws");
      }
      case CLOSED -> svg.label("quiet", x, labels, "closed");
      default -> {
        // Drawn elsewhere.
      }
    }
  }

  /** Returns a position just after a gap at nearly the same time: an end may follow it at once. */
  private double besideGaps(double x, List<TraceEvent> gaps) {
    double free = x;
    for (TraceEvent gap : gaps) {
      double at = axis.x(gap.atNanos());
      free = Math.abs(at - x) < MARK ? Math.max(free, at + MARK) : free;
    }
    return free;
  }

  private void drawGap(List<TraceEvent> gaps) {
    double x = axis.x(gaps.get(0).atNanos());
    svg.mark("gap", TimelineMarks.title(gaps)).shape(x, middle, 0, -7, 7, 0, 0, 7, -7, 0).endMark();
    svg.label("warn", x, labels, gaps.size() == 1 ? "gap" : gaps.size() + " gaps");
  }

  private void drawEvents(List<TraceEvent> events) {
    double from = axis.x(events.get(0).atNanos());
    double to = axis.x(events.get(events.size() - 1).atNanos());
    svg.mark("event", TimelineMarks.title(events));
    if (events.size() == 1) {
      svg.circle(from, middle, 4.5).endMark();
      svg.label("count", from, labels, TimelineMarks.shortened(data(events.get(0))));
      return;
    }
    svg.rect(from - 4.5, middle - 4.5, to - from + 9, 9, 4.5).endMark();
    svg.label("count", (from + to) / 2, labels, "×" + events.size());
  }

  private String data(TraceEvent event) {
    String data = protocol == Protocol.SSE ? null : WireFormat.field(event.text(), "data");
    return data == null ? event.text() : data;
  }

  private void drawStored(List<TraceEvent> stored) {
    double from = axis.x(stored.get(0).atNanos());
    double to = axis.x(stored.get(stored.size() - 1).atNanos());
    svg.mark("stored", TimelineMarks.title(stored))
        .rect(from - 2, middle + 9, to - from + 4, 4, 0)
        .endMark();
  }

  private void drawBegin(TraceEvent one) {
    double x = axis.x(one.atNanos());
    if (one.kind() == Kind.STARTED) {
      svg.mark("started", TimelineMarks.title(one)).shape(x, middle, -4, -6, 4, 0, -4, 6).endMark();
      svg.label("quiet", x, labels, one.text().isEmpty() ? "start" : one.text());
    }
  }

  /** Draws open connections, below the events. */
  private void drawOpened(List<TraceEvent> opened) {
    double from = axis.x(opened.get(0).atNanos());
    double to = axis.x(opened.get(opened.size() - 1).atNanos());
    svg.mark("opened", TimelineMarks.title(opened))
        .rect(from - 3, middle - 3, to - from + 6, 6, 3)
        .endMark();
  }
}
