package dev.perennial.cli.demo;

import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.TextStyle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a demo.
 *
 * @param published events in the log
 * @param delivered events that the consumer received, duplicates and damaged ones included
 * @param lost events that were never received
 * @param duplicated events that were received again
 * @param outOfOrder events that were received after a later one
 * @param damaged events that were not as published
 * @param inFlight events published but not yet delivered when the demo was interrupted
 * @param isInterrupted whether the demo was interrupted
 * @param faults how many faults of each kind were injected
 * @param stats what the observer counted
 * @param heap the use of the heap, as text
 * @param wallTime from the start of the server to the end of the stream
 * @param failure what else went wrong; null when nothing did
 */
record DemoSummary(
    long published,
    long delivered,
    long lost,
    long duplicated,
    long outOfOrder,
    long damaged,
    long inFlight,
    boolean isInterrupted,
    Map<FaultKind, Integer> faults,
    SubscriptionStats stats,
    String heap,
    Duration wallTime,
    @Nullable String failure) {

  /** Copies the map. */
  DemoSummary {
    faults = Map.copyOf(faults);
  }

  /** Returns whether every event arrived once, in order and intact. */
  boolean isPassed() {
    return failure == null
        && lost == 0
        && duplicated == 0
        && outOfOrder == 0
        && damaged == 0
        && delivered == published - inFlight;
  }

  private int injected() {
    return faults.values().stream().mapToInt(Integer::intValue).sum();
  }

  private long reconnects() {
    return Math.max(0, stats.opened() - 1);
  }

  /** Returns the summary as lines of text; the last one is the verdict. */
  List<String> lines(TextStyle style) {
    List<String> lines = new ArrayList<>();
    lines.add(row("published", published, "events"));
    lines.add(row("delivered", delivered, "events"));
    lines.add(mustBeZero(style, "lost", lost));
    lines.add(mustBeZero(style, "duplicated", duplicated));
    lines.add(mustBeZero(style, "out of order", outOfOrder));
    lines.add(mustBeZero(style, "damaged", damaged));
    if (isInterrupted) {
      lines.add(row("in flight", inFlight, "events when it was interrupted"));
    }
    lines.add(row("faults injected", injected(), injected() == 0 ? "" : "(" + kinds() + ")"));
    lines.add(row("reconnects", reconnects(), ""));
    lines.add(row("suppressed", stats.suppressed(), "duplicates that the server replayed"));
    lines.add(row("waits", stats.waits(), waits()));
    lines.add(row("heap", heap));
    lines.add(row("wall time", HumanFormat.duration(wallTime) + ", " + rate() + " events/s"));
    lines.add("");
    lines.add(isPassed() ? style.green(verdict()) : style.red(verdict()));
    return lines;
  }

  private static String row(String name, long count, String remark) {
    return String.format(Locale.ROOT, "%-16s %,11d  %s", name, count, remark).stripTrailing();
  }

  private static String mustBeZero(TextStyle style, String name, long count) {
    String row = row(name, count, "");
    return count == 0 ? style.green(row) : style.red(row);
  }

  private static String row(String name, String text) {
    return String.format(Locale.ROOT, "%-16s %s", name, text);
  }

  private String kinds() {
    List<String> kinds = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      int count = faults.getOrDefault(kind, 0);
      if (count > 0) {
        kinds.add(HumanFormat.count(count, kind.singular(), kind.plural()));
      }
    }
    return String.join(", ", kinds);
  }

  private String waits() {
    return stats.waits() == 0
        ? ""
        : HumanFormat.duration(stats.waited())
            + " in total, longest "
            + HumanFormat.duration(stats.longestWait());
  }

  private String rate() {
    return HumanFormat.count(Math.round(delivered / Math.max(0.001, wallTime.toNanos() / 1e9)));
  }

  private String verdict() {
    if (failure != null) {
      return failure;
    }
    if (!isPassed()) {
      return "Not every event arrived once and in order: " + defects();
    }
    return isInterrupted
        ? "Interrupted; every event until then arrived once and in order."
        : "Every event arrived once and in order.";
  }

  private String defects() {
    List<String> defects = new ArrayList<>();
    addUnlessZero(defects, lost, "lost");
    addUnlessZero(defects, duplicated, "duplicated");
    addUnlessZero(defects, outOfOrder, "out of order");
    addUnlessZero(defects, damaged, "damaged");
    return String.join(", ", defects) + ".";
  }

  private static void addUnlessZero(List<String> defects, long count, String defect) {
    if (count > 0) {
      defects.add(HumanFormat.count(count) + " " + defect);
    }
  }
}
