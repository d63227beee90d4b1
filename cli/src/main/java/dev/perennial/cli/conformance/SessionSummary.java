package dev.perennial.cli.conformance;

import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.TextStyle;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The result of a session of {@code serve} as text. */
final class SessionSummary {
  private final Report report;
  private final boolean isComplete;

  /**
   * @param isComplete whether the client stayed until all rules were judged
   */
  SessionSummary(Report report, boolean isComplete) {
    this.report = report;
    this.isComplete = isComplete;
  }

  /** Returns a line with the counts, and a few lines for each failure. */
  List<String> lines(TextStyle style) {
    List<String> lines = new ArrayList<>();
    List<Result> failed = report.results(Verdict.FAILED);
    String counts =
        report.subject()
            + ": "
            + report.results(Verdict.PASSED).size()
            + " passed, "
            + failed.size()
            + " failed, "
            + report.results(Verdict.NOT_APPLICABLE).size()
            + " not applicable"
            + (isComplete ? "" : "; the client left before the end")
            + " (seed "
            + report.seed()
            + ", "
            + HumanFormat.duration(report.took())
            + ")";
    lines.add(isComplete && report.isPassed() ? style.green(counts) : style.red(counts));
    for (Result result : failed) {
      String level = result.isFailure() ? "" : " (" + result.rule().level().label() + ")";
      lines.add("  " + result.key() + level + ": " + result.rule().sentence());
      result.problems().forEach(problem -> lines.add("    " + problem));
    }
    return lines;
  }
}
