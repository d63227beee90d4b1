package dev.perennial.conformance.report;

import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.TraceEvent;
import java.util.ArrayList;
import java.util.List;

/** Groups and labels the marks of all lanes. */
final class TimelineMarks {
  private static final int MOST_OF_A_LABEL = 24;

  private TimelineMarks() {}

  /** Groups neighbours that are too close to be distinguished. */
  static List<List<TraceEvent>> clusters(List<TraceEvent> all, TimeAxis axis, double gap) {
    List<List<TraceEvent>> clusters = new ArrayList<>();
    double last = Double.NEGATIVE_INFINITY;
    for (TraceEvent one : all) {
      double x = axis.x(one.atNanos());
      if (x - last > gap) {
        clusters.add(new ArrayList<>());
      }
      clusters.get(clusters.size() - 1).add(one);
      last = x;
    }
    return clusters;
  }

  /** Shortens a text to fit beside a mark. */
  static String shortened(String text) {
    String visible = Format.visible(text);
    return visible.length() <= MOST_OF_A_LABEL
        ? visible
        : visible.substring(0, MOST_OF_A_LABEL - 1) + "…";
  }

  /** Describes an event. */
  static String title(TraceEvent one) {
    String text = one.text().isEmpty() ? "" : ": " + Format.visible(one.text());
    String id = one.id() == null ? "" : " (id " + Format.visible(one.id()) + ")";
    return Format.nanos(one.atNanos()) + " " + TraceTable.words(one.kind()) + text + id;
  }

  /** Describes several events by the first and the last of them. */
  static String title(List<TraceEvent> cluster) {
    TraceEvent first = cluster.get(0);
    if (cluster.size() == 1) {
      return title(first);
    }
    TraceEvent last = cluster.get(cluster.size() - 1);
    return cluster.size() + " times, first " + title(first) + ", last " + title(last);
  }
}
