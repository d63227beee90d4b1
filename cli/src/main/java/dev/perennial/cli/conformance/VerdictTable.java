package dev.perennial.cli.conformance;

import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.TextStyle;
import dev.perennial.testkit.conformance.Area;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Counts the verdicts, in a row for each area of the rules or for each client. */
final class VerdictTable {
  private static final int TITLE_WIDTH = 34;

  private final TextStyle style;
  private final List<String> lines = new ArrayList<>();

  private VerdictTable(TextStyle style, String title) {
    this.style = style;
    lines.add(
        style.bold(pad(title))
            + style.dim(
                String.format(
                    Locale.ROOT,
                    "%8s%8s%18s%16s",
                    "passed",
                    "failed",
                    "failed optional",
                    "not applicable")));
  }

  /** Returns a row for each area that was tested, and their sum. */
  static List<String> byArea(Report report, TextStyle style) {
    VerdictTable table = new VerdictTable(style, Printable.of(report.subject()));
    for (Area area : Area.values()) {
      List<Result> results =
          report.results().stream().filter(result -> result.rule().area() == area).toList();
      if (!results.isEmpty()) {
        table.addRow("  " + area.title(), results);
      }
    }
    table.addRow("  All", report.results());
    return table.lines;
  }

  /** Returns a row for each client. */
  static List<String> bySubject(Collection<Report> reports, TextStyle style) {
    VerdictTable table = new VerdictTable(style, "All clients");
    reports.forEach(
        report -> table.addRow("  " + Printable.of(report.subject()), report.results()));
    return table.lines;
  }

  private void addRow(String title, List<Result> results) {
    long passed = results.stream().filter(one -> one.verdict() == Verdict.PASSED).count();
    long failed = results.stream().filter(Result::isFailure).count();
    long notApplicable =
        results.stream().filter(one -> one.verdict() == Verdict.NOT_APPLICABLE).count();
    long failedOptional = results.size() - passed - failed - notApplicable;
    String failedCell = cell(8, failed);
    lines.add(
        pad(title)
            + cell(8, passed)
            + (failed > 0 ? style.red(failedCell) : failedCell)
            + cell(18, failedOptional)
            + cell(16, notApplicable));
  }

  private static String pad(String title) {
    return String.format(Locale.ROOT, "%-" + TITLE_WIDTH + "s", title);
  }

  private static String cell(int width, long count) {
    return String.format(
        Locale.ROOT, "%" + width + "s", count == 0 ? "-" : HumanFormat.count(count));
  }
}
