package dev.perennial.cli.conformance;

import dev.perennial.cli.console.TextStyle;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What failed, in words, and where to go on from there. */
final class FailureReport {
  private final Report report;
  private final TextStyle style;

  FailureReport(Report report, TextStyle style) {
    this.report = report;
    this.style = style;
  }

  /** A few lines for each failure; none when there is none. */
  List<String> failures() {
    List<String> lines = new ArrayList<>();
    for (Result result : report.results(Verdict.FAILED)) {
      String level = result.isFailure() ? "" : " (" + result.rule().level().label() + ")";
      String key = result.key() + level;
      List<String> sentence = WordWrap.lines(key + "  " + result.rule().sentence(), 2);
      String first = sentence.get(0).substring(2);
      String styled = result.isFailure() ? style.red(key) : style.yellow(key);
      lines.add("  " + styled + first.substring(Math.min(key.length(), first.length())));
      lines.addAll(sentence.subList(1, sentence.size()));
      result.problems().forEach(problem -> lines.addAll(WordWrap.lines(problem, 6)));
      WordWrap.lines("from: " + result.rule().source(), 6)
          .forEach(line -> lines.add(style.dim(line)));
    }
    return lines;
  }

  /**
   * How to look closer at a failure, by the example of the first; none when there is none.
   *
   * @param option what {@code --subject} has to say for the client
   * @param folder of the reports; null when there is none
   */
  List<String> next(String option, @Nullable ReportFolder folder) {
    List<Result> failed = report.results(Verdict.FAILED);
    if (failed.isEmpty()) {
      return List.of();
    }
    Result first = failed.stream().filter(Result::isFailure).findFirst().orElse(failed.get(0));
    String rule = first.rule().id();
    String command = "    " + ConformanceCommand.TYPED + " ";
    List<String> lines = new ArrayList<>();
    lines.add("To look closer, at " + first.key() + " for example:");
    lines.add("  what the server does there, and what has to be seen");
    lines.add(command + "list --words --rule " + rule);
    lines.add("  that rule alone");
    lines.add(
        command
            + "--subject "
            + option
            + " --rule "
            + rule
            + " --transport "
            + first.protocol().label()
            + (folder == null ? " --report <folder>" : ""));
    if (folder == null) {
      lines.add("  with --report there is a page with a picture of it, and a trace to play again");
      return lines;
    }
    Path trace = folder.traceOf(first, report);
    lines.add("  the same bytes again");
    lines.add(command + "replay " + trace + " --subject " + option);
    lines.add("  its picture");
    lines.add("    " + folder.page());
    return lines;
  }
}
