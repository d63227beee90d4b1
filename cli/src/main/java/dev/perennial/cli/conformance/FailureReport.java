package dev.perennial.cli.conformance;

import dev.perennial.cli.console.TextStyle;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes the failures of a run, and how to investigate them. */
final class FailureReport {
  /** The command as the user typed it, which the launcher passes on. */
  private static final String COMMAND =
      System.getProperty("perennial.command", "perennial") + " conformance";

  private final Report report;
  private final TextStyle style;

  FailureReport(Report report, TextStyle style) {
    this.report = report;
    this.style = style;
  }

  /** Returns a few lines for each failure; empty when nothing failed. */
  List<String> failures() {
    List<String> lines = new ArrayList<>();
    for (Result result : report.results(Verdict.FAILED)) {
      String level = result.isFailure() ? "" : " (" + result.rule().level().label() + ")";
      String key = result.key() + level;
      List<String> sentence = WordWrap.lines(key + "  " + result.rule().sentence(), 2);
      String first = sentence.get(0).substring(2);
      String styledKey = result.isFailure() ? style.red(key) : style.yellow(key);
      lines.add("  " + styledKey + first.substring(Math.min(key.length(), first.length())));
      lines.addAll(sentence.subList(1, sentence.size()));
      result.problems().forEach(problem -> lines.addAll(WordWrap.lines(problem, 6)));
      WordWrap.lines("Source: " + result.rule().source(), 6)
          .forEach(line -> lines.add(style.dim(line)));
    }
    return lines;
  }

  /**
   * Returns the commands that help to investigate, for the first failure as an example; empty when
   * nothing failed.
   *
   * @param subject the value of {@code --subject} for the client
   * @param folder of the reports; null when none are written
   */
  List<String> nextSteps(String subject, @Nullable ReportFolder folder) {
    List<Result> failed = report.results(Verdict.FAILED);
    if (failed.isEmpty()) {
      return List.of();
    }
    Result first = failed.stream().filter(Result::isFailure).findFirst().orElse(failed.get(0));
    String rule = first.rule().id();
    List<String> lines = new ArrayList<>();
    lines.add("To investigate, for example " + first.key() + ":");
    lines.add("  Show what the server does and what it expects:");
    lines.add("    " + COMMAND + " list --words --rule " + rule);
    lines.add("  Run only this rule:");
    lines.add(
        "    "
            + COMMAND
            + " --subject "
            + subject
            + " --rule "
            + rule
            + " --transport "
            + first.protocol().label()
            + (folder == null ? " --report <folder>" : ""));
    if (folder == null) {
      lines.add("  --report writes a page with a diagram, and a trace that can be replayed.");
      return lines;
    }
    Path trace = folder.traceOf(first, report);
    lines.add("  Replay the same bytes:");
    lines.add("    " + COMMAND + " replay " + trace + " --subject " + subject);
    lines.add("  See the diagram:");
    lines.add("    " + folder.page());
    return lines;
  }
}
