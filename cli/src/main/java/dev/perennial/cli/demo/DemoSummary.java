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
 * What a demo came to.
 *
 * @param published events in the log
 * @param delivered events that the consumer was handed, all of them
 * @param lost events that never came
 * @param duplicated events that came once more
 * @param outOfOrder events that came after a later one
 * @param damaged events that were not what was published
 * @param underWay events that were published and not delivered yet when it was interrupted
 * @param isInterrupted whether it was interrupted
 * @param faults how many of each kind were injected
 * @param seen what the subscription said of itself
 * @param heap the heap's use in words
 * @param wallTime from the start of the server to the end of the stream
 * @param failure what went wrong besides; null when nothing did
 */
record DemoSummary(
    long published,
    long delivered,
    long lost,
    long duplicated,
    long outOfOrder,
    long damaged,
    long underWay,
    boolean isInterrupted,
    Map<FaultKind, Integer> faults,
    DemoObserver.Stats seen,
    String heap,
    Duration wallTime,
    @Nullable String failure) {

  /** Copies the map. */
  DemoSummary {
    faults = Map.copyOf(faults);
  }

  /** Whether every event came once, in order and whole. */
  boolean isSound() {
    return failure == null
        && lost == 0
        && duplicated == 0
        && outOfOrder == 0
        && damaged == 0
        && delivered == published - underWay;
  }

  int injected() {
    return faults.values().stream().mapToInt(Integer::intValue).sum();
  }

  long reconnects() {
    return Math.max(0, seen.opened() - 1);
  }

  /** The lines of the report. */
  List<String> lines(TextStyle style) {
    List<String> lines = new ArrayList<>();
    lines.add(line("published", published, "events"));
    lines.add(line("delivered", delivered, "events"));
    lines.add(judged(style, "lost", lost));
    lines.add(judged(style, "duplicated", duplicated));
    lines.add(judged(style, "out of order", outOfOrder));
    lines.add(judged(style, "damaged", damaged));
    if (isInterrupted) {
      lines.add(line("under way", underWay, "events, when it was interrupted"));
    }
    lines.add(line("faults injected", injected(), injected() == 0 ? "" : "(" + kinds() + ")"));
    lines.add(line("reconnects", reconnects(), ""));
    lines.add(line("suppressed", seen.suppressed(), "duplicates that the server replayed"));
    lines.add(line("waits", seen.waits(), waits()));
    lines.add(text("heap", heap));
    lines.add(text("wall time", HumanFormat.duration(wallTime) + ", " + rate() + " events/s"));
    lines.add("");
    lines.add(isSound() ? style.green(verdict()) : style.red(verdict()));
    return lines;
  }

  private static String line(String name, long count, String what) {
    return String.format(Locale.ROOT, "%-16s %,11d  %s", name, count, what).stripTrailing();
  }

  private static String judged(TextStyle style, String name, long count) {
    String line = line(name, count, "");
    return count == 0 ? style.green(line) : style.red(line);
  }

  private static String text(String name, String text) {
    return String.format(Locale.ROOT, "%-16s %s", name, text);
  }

  private String kinds() {
    List<String> kinds = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      int count = faults.getOrDefault(kind, 0);
      if (count > 0) {
        kinds.add(HumanFormat.count(count, kind.one(), kind.many()));
      }
    }
    return String.join(", ", kinds);
  }

  private String waits() {
    return seen.waits() == 0
        ? ""
        : HumanFormat.duration(seen.waited())
            + " in all, the longest "
            + HumanFormat.duration(seen.longestWait());
  }

  private String rate() {
    return HumanFormat.count(Math.round(delivered / Math.max(0.001, wallTime.toNanos() / 1e9)));
  }

  private String verdict() {
    if (failure != null) {
      return failure;
    }
    if (!isSound()) {
      return "The stream did not survive: " + broken();
    }
    return isInterrupted
        ? "Interrupted; every event until then arrived once and in order."
        : "Every event arrived once and in order.";
  }

  private String broken() {
    List<String> broken = new ArrayList<>();
    addUnlessZero(broken, lost, "lost");
    addUnlessZero(broken, duplicated, "duplicated");
    addUnlessZero(broken, outOfOrder, "out of order");
    addUnlessZero(broken, damaged, "damaged");
    return String.join(", ", broken) + ".";
  }

  private static void addUnlessZero(List<String> broken, long count, String what) {
    if (count > 0) {
      broken.add(HumanFormat.count(count) + " " + what);
    }
  }
}
