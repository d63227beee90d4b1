package dev.perennial.cli;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** How many runs passed, in a line for each area of the rules or for each client. */
final class VerdictTable {
  private static final int FIRST = 34;

  private final Paint paint;
  private final List<String> lines = new ArrayList<>();

  private VerdictTable(Paint paint, String title) {
    this.paint = paint;
    lines.add(
        paint.bold(pad(title))
            + paint.dim(
                String.format(
                    Locale.ROOT,
                    "%8s%8s%18s%16s",
                    "passed",
                    "failed",
                    "failed optional",
                    "do not apply")));
  }

  /** A line for each area that was tried. */
  static List<String> ofAreas(Report report, Paint paint) {
    VerdictTable table = new VerdictTable(paint, Visible.text(report.subject()));
    for (Area area : Area.values()) {
      List<Result> results =
          report.results().stream().filter(result -> result.rule().area() == area).toList();
      if (!results.isEmpty()) {
        table.add("  " + area.title(), results);
      }
    }
    table.add("  All", report.results());
    return table.lines;
  }

  /** A line for each client. */
  static List<String> ofSubjects(Collection<Report> reports, Paint paint) {
    VerdictTable table = new VerdictTable(paint, "All clients");
    reports.forEach(report -> table.add("  " + Visible.text(report.subject()), report.results()));
    return table.lines;
  }

  private void add(String title, List<Result> results) {
    long passed = results.stream().filter(one -> one.verdict() == Verdict.PASSED).count();
    long failed = results.stream().filter(Result::isFailure).count();
    long apart = results.stream().filter(one -> one.verdict() == Verdict.NOT_APPLICABLE).count();
    String failures = number(8, failed);
    lines.add(
        pad(title)
            + number(8, passed)
            + (failed > 0 ? paint.red(failures) : failures)
            + number(18, results.size() - passed - failed - apart)
            + number(16, apart));
  }

  private static String pad(String title) {
    return String.format(Locale.ROOT, "%-" + FIRST + "s", title);
  }

  private static String number(int width, long count) {
    return String.format(Locale.ROOT, "%" + width + "s", count == 0 ? "-" : Words.count(count));
  }
}
