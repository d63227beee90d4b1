package dev.perennial.conformance.report;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Rules;
import dev.perennial.conformance.Verdict;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the verdicts as an HTML table of rules by clients. */
final class HtmlMatrix {
  private HtmlMatrix() {}

  static void write(List<Report> reports, Markup out) {
    out.open("details", "class", "matrix", "open", "open");
    out.leaf("summary", "Comparison, rule by rule");
    out.leaf(
        "p",
        "✓ passed, ✗ failed (follow the link to see what happened), – does not apply, · the client"
            + " does not speak the transports of the rule. Transports are named where they differ.",
        "class",
        "quiet");
    out.open("div", "class", "wide").open("table").open("thead").open("tr").leaf("th", "Rule");
    reports.forEach(report -> out.leaf("th", report.subject()));
    out.close("tr").close("thead").open("tbody").line();
    Area area = null;
    for (Rule rule : rules(reports)) {
      if (rule.area() != area) {
        area = rule.area();
        String columns = Integer.toString(reports.size() + 1);
        out.open("tr", "class", "area").leaf("th", area.title(), "colspan", columns).close("tr");
      }
      out.open("tr").open("th", "title", rule.sentence()).leaf("b", rule.id());
      out.leaf("span", rule.sentence()).close("th");
      for (int i = 0; i < reports.size(); i++) {
        cell(reports.get(i), i + 1, rule, out);
      }
      out.close("tr").line();
    }
    out.close("tbody").close("table").close("div").close("details").line();
  }

  /** Returns the rules that occur in any of the reports. */
  static List<Rule> rules(List<Report> reports) {
    return reports.stream()
        .flatMap(report -> report.results().stream())
        .map(Result::rule)
        .distinct()
        .sorted((a, b) -> Integer.compare(Rules.all().indexOf(a), Rules.all().indexOf(b)))
        .toList();
  }

  private static void cell(Report report, int number, Rule rule, Markup out) {
    List<Result> own = report.results().stream().filter(one -> one.rule() == rule).toList();
    Set<Verdict> verdicts = own.stream().map(Result::verdict).collect(Collectors.toSet());
    out.open("td");
    if (own.isEmpty()) {
      out.leaf("span", "·", "class", "not-applicable", "title", "does not speak its transports");
    } else if (verdicts.size() == 1) {
      link(own.get(0), number, "", out);
    } else {
      own.forEach(result -> link(result, number, " " + result.protocol().label(), out));
    }
    out.close("td");
  }

  /** Writes the verdict of a run, with a link to its details if the page has them. */
  private static void link(Result result, int number, String suffix, Markup out) {
    Verdict verdict = result.verdict();
    boolean isOptional = verdict == Verdict.FAILED && !result.isFailure();
    String text = HtmlSummary.sign(verdict) + suffix + (isOptional ? " optional" : "");
    String title = result.key() + " " + verdict.label().replace('-', ' ');
    if (verdict == Verdict.FAILED) {
      String target = "#" + HtmlRuns.anchor(result, number);
      out.leaf("a", text, "class", verdict.label(), "href", target, "title", title);
    } else {
      out.leaf("span", text, "class", verdict.label(), "title", title);
    }
  }
}
