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
 * The result of a torture.
 *
 * @param events that are judged: all, or those up to the last one that came when it was interrupted
 * @param counts what became of them
 * @param lost events that neither came nor were covered by a snapshot after a reported gap
 * @param isInterrupted whether it was interrupted
 * @param faults how many faults of each kind were injected
 * @param stats what the observer counted
 * @param subscriptions one after the other
 * @param heap the use of the heap, as text
 * @param before what the process held before the run
 * @param after what it held a moment after the run
 * @param wallTime of the run
 * @param failure what else went wrong; null when nothing did
 */
record TortureSummary(
    long events,
    TortureAudit.Counts counts,
    long lost,
    boolean isInterrupted,
    Map<TortureKind, Integer> faults,
    SubscriptionStats stats,
    int subscriptions,
    String heap,
    ProcessResources before,
    ProcessResources after,
    Duration wallTime,
    @Nullable String failure) {

  /** Copies the map. */
  TortureSummary {
    faults = Map.copyOf(faults);
  }

  boolean isPassed() {
    return failure == null && defects().isEmpty();
  }

  /** Returns the summary as lines of text; the last one is the verdict. */
  List<String> lines(TextStyle style) {
    List<String> lines = new ArrayList<>();
    lines.add(row("events", events, ""));
    lines.add(row("delivered", counts.delivered(), ""));
    lines.add(row("gaps", counts.gaps(), gaps()));
    lines.add(mustBeZero(style, "lost", lost));
    lines.add(mustBeZero(style, "duplicated", counts.duplicated()));
    lines.add(mustBeZero(style, "out of order", counts.outOfOrder()));
    lines.add(mustBeZero(style, "damaged", counts.damaged()));
    int injected = faults.values().stream().mapToInt(Integer::intValue).sum();
    lines.add(row("faults", injected, injected == 0 ? "" : "(" + kinds() + ")"));
    lines.add(row("connections", stats.opened(), ""));
    lines.add(row("subscriptions", subscriptions, repeated()));
    lines.add(row("suppressed", stats.suppressed(), "duplicates that the server replayed"));
    lines.add(row("heap", heap));
    lines.add(row("threads", beforeAndAfter(before.threads(), after.threads())));
    lines.add(
        row(
            "sockets",
            before.sockets() < 0
                ? "not counted on this system"
                : beforeAndAfter(before.sockets(), after.sockets())));
    lines.add(row("wall time", HumanFormat.duration(wallTime) + ", " + rate() + " events/s"));
    lines.add("");
    lines.add(isPassed() ? style.green(verdict()) : style.red(verdict()));
    return lines;
  }

  private static String row(String name, long count, String remark) {
    return String.format(Locale.ROOT, "%-16s %,11d  %s", name, count, remark).stripTrailing();
  }

  private static String row(String name, String text) {
    return String.format(Locale.ROOT, "%-16s %s", name, text);
  }

  private static String mustBeZero(TextStyle style, String name, long count) {
    String row = row(name, count, "");
    return count == 0 ? style.green(row) : style.red(row);
  }

  private static String beforeAndAfter(int before, int after) {
    return before + " before, " + after + " after";
  }

  private String gaps() {
    return counts.gaps() == 0
        ? ""
        : "reported; " + HumanFormat.count(counts.covered()) + " events came with a snapshot";
  }

  private String repeated() {
    return counts.repeated() == 0
        ? ""
        : HumanFormat.count(counts.repeated()) + " events were replayed to new ones";
  }

  private String kinds() {
    List<String> kinds = new ArrayList<>();
    for (TortureKind kind : TortureKind.values()) {
      int count = faults.getOrDefault(kind, 0);
      if (count > 0) {
        kinds.add(kind.counted(count));
      }
    }
    return String.join(", ", kinds);
  }

  private String rate() {
    double seconds = Math.max(0.001, wallTime.toNanos() / 1e9);
    return HumanFormat.count(Math.round(counts.delivered() / seconds));
  }

  private String verdict() {
    if (failure != null) {
      return failure;
    }
    List<String> defects = defects();
    if (!defects.isEmpty()) {
      return "The promises were not kept: " + String.join(", ", defects) + ".";
    }
    return (isInterrupted ? "Interrupted; until then nothing" : "Nothing")
        + " was lost or repeated, and nothing is left behind.";
  }

  private List<String> defects() {
    List<String> defects = new ArrayList<>();
    addUnlessZero(defects, lost, "lost");
    addUnlessZero(defects, counts.duplicated(), "duplicated");
    addUnlessZero(defects, counts.outOfOrder(), "out of order");
    addUnlessZero(defects, counts.damaged(), "damaged");
    if (!after.isBackAt(before)) {
      addUnlessZero(defects, Math.max(0, after.threads() - before.threads()), "threads left");
      addUnlessZero(defects, Math.max(0, after.sockets() - before.sockets()), "sockets left");
    }
    return defects;
  }

  private static void addUnlessZero(List<String> defects, long count, String defect) {
    if (count > 0) {
      defects.add(HumanFormat.count(count) + " " + defect);
    }
  }
}
