package dev.perennial.cli;

import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What failed, in words, and where to go on from there. */
final class FailureWords {
  private final Report report;
  private final Paint paint;

  FailureWords(Report report, Paint paint) {
    this.report = report;
    this.paint = paint;
  }

  /** A few lines for each failure; none when there is none. */
  List<String> failures() {
    List<String> lines = new ArrayList<>();
    for (Result result : report.results(Verdict.FAILED)) {
      String level = result.isFailure() ? "" : " (" + result.rule().level().label() + ")";
      String key = result.key() + level;
      List<String> sentence = TextBlock.lines(key + "  " + result.rule().sentence(), 2);
      String first = sentence.get(0).substring(2);
      String painted = result.isFailure() ? paint.red(key) : paint.yellow(key);
      lines.add("  " + painted + first.substring(Math.min(key.length(), first.length())));
      lines.addAll(sentence.subList(1, sentence.size()));
      result.problems().forEach(problem -> lines.addAll(TextBlock.lines(problem, 6)));
      TextBlock.lines("from: " + result.rule().source(), 6)
          .forEach(line -> lines.add(paint.dim(line)));
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
