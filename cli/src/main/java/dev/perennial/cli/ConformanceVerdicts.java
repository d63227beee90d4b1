package dev.perennial.cli;

import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of a session, in words. */
final class ConformanceVerdicts {
  private final Report report;
  private final boolean isWhole;

  /**
   * @param isWhole whether all was judged
   */
  ConformanceVerdicts(Report report, boolean isWhole) {
    this.report = report;
    this.isWhole = isWhole;
  }

  /** A line with the numbers, and what was wrong. */
  List<String> lines(Paint paint) {
    List<String> lines = new ArrayList<>();
    List<Result> failed = report.results(Verdict.FAILED);
    String numbers =
        report.subject()
            + ": "
            + report.results(Verdict.PASSED).size()
            + " passed, "
            + failed.size()
            + " failed, "
            + report.results(Verdict.NOT_APPLICABLE).size()
            + " do not apply"
            + (isWhole ? "" : "; it left before the end")
            + " (seed "
            + report.seed()
            + ", "
            + String.format(Locale.ROOT, "%.1f s", report.took().toMillis() / 1e3)
            + ")";
    lines.add(isWhole && report.isPassed() ? paint.green(numbers) : paint.red(numbers));
    for (Result result : failed) {
      String weight = result.isFailure() ? "" : " (" + result.rule().level().label() + ")";
      lines.add("  " + result.key() + weight + ": " + result.rule().sentence());
      result.problems().forEach(problem -> lines.add("    " + problem));
    }
    return lines;
  }
}
