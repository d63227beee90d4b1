package dev.perennial.conformance.report;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Verdict;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.conformance.scenario.Trace;
import java.util.List;
import java.util.Locale;

/** Writes the details of each run as HTML, failures first. */
final class HtmlRuns {
  private static final int MOST_LINES = 16;

  private final int subject;
  private final Markup out;

  private HtmlRuns(int subject, Markup out) {
    this.subject = subject;
    this.out = out;
  }

  /** Writes the failed runs only, since all runs of several clients are too much for a page. */
  static void writeFailures(Report report, int subject, Markup out) {
    HtmlRuns runs = new HtmlRuns(subject, out);
    List<Result> failed = report.results(Verdict.FAILED);
    runs.group("Failed", failed.stream().filter(Result::isFailure).toList());
    runs.group("Failed, but optional", failed.stream().filter(one -> !one.isFailure()).toList());
    if (failed.isEmpty()) {
      out.leaf("p", "No rule failed.", "class", "quiet");
    }
  }

  static void write(Report report, int subject, Markup out) {
    writeFailures(report, subject, out);
    HtmlRuns runs = new HtmlRuns(subject, out);
    runs.group("Passed", report.results(Verdict.PASSED));
    runs.group("Not applicable", report.results(Verdict.NOT_APPLICABLE));
  }

  /** Returns the name of a run within the page. */
  static String anchor(Result result, int subject) {
    return "run-" + subject + "-" + result.rule().id() + "-" + result.protocol().label();
  }

  private void group(String title, List<Result> results) {
    if (results.isEmpty()) {
      return;
    }
    out.open("div", "class", "group").leaf("h3", title + " (" + results.size() + ")").line();
    Area area = null;
    for (Result result : results) {
      if (result.rule().area() != area) {
        area = result.rule().area();
        out.leaf("h4", area.title());
      }
      write(result);
    }
    out.close("div").line();
  }

  private void write(Result result) {
    Rule rule = result.rule();
    String verdict = result.verdict().label();
    String words = rule.id() + " " + rule.sentence() + " " + rule.area().title();
    out.raw(result.verdict() == Verdict.FAILED ? "<details open" : "<details");
    out.raw(" class=\"run " + verdict + "\" data-verdict=\"" + verdict + "\" data-transport=\"");
    out.raw(result.protocol().label() + "\" id=\"" + anchor(result, subject) + "\" data-words=\"");
    out.text(words.toLowerCase(Locale.ROOT)).raw("\">");
    out.open("summary").leaf("span", HtmlSummary.sign(result.verdict()), "class", "sign");
    out.open("span").leaf("b", rule.id()).text(" ");
    out.leaf("span", result.protocol().label(), "class", "transport");
    out.leaf("span", " " + rule.sentence()).close("span").close("summary");
    out.open("div", "class", "run-body");
    problems(result);
    Trace trace = ScenarioResult.traceOf(result);
    if (trace != null) {
      Timeline.draw(result, trace, out);
    }
    if (result.verdict() == Verdict.FAILED && trace != null) {
      TraceTable.write(trace, out);
    }
    scenario(result);
    out.close("div").close("details").line();
  }

  private void problems(Result result) {
    if (!result.problems().isEmpty()) {
      out.open("ul", "class", "problems");
      result.problems().forEach(problem -> out.leaf("li", problem));
      out.close("ul");
    }
  }

  private void scenario(Result result) {
    Rule rule = result.rule();
    List<String> words = rule.describe(result.protocol());
    boolean isLong = words.size() > MOST_LINES;
    if (isLong) {
      out.open("details", "class", "moments");
      out.leaf("summary", "The scenario (" + words.size() + " lines)");
    } else {
      out.leaf("h5", "The scenario");
    }
    out.open("ol");
    words.forEach(line -> out.leaf("li", line));
    out.close("ol").raw(isLong ? "</details>" : "").open("p", "class", "quiet");
    out.text("Source: " + rule.source() + ". Level: " + rule.level().label());
    if (!rule.needs().isEmpty()) {
      out.text(". Needs a client that: ");
      out.text(
          String.join("; ", rule.needs().stream().sorted().map(Capability::description).toList()));
    }
    if (ScenarioResult.traceOf(result) != null) {
      out.text(". Took " + Format.duration(result.took()) + " in real time");
      if (result.runs() > 1) {
        out.text(", the last of " + result.runs() + " runs since the machine was busy");
      }
    }
    out.text(".").close("p");
  }
}
