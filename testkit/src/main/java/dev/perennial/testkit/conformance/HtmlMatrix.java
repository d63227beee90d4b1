package dev.perennial.testkit.conformance;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rules by subjects, as a table of HTML. */
final class HtmlMatrix {
  private HtmlMatrix() {}

  static void write(List<Report> reports, Markup out) {
    out.open("details", "class", "matrix", "open", "open");
    out.leaf("summary", "Comparison, rule by rule");
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

  /** The rules that any of the reports is about. */
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
    if (verdicts.size() == 1) {
      link(own.get(0), number, "", out);
    } else {
      own.forEach(result -> link(result, number, " " + result.protocol().label(), out));
    }
    out.close("td");
  }

  private static void link(Result result, int number, String suffix, Markup out) {
    String optional = result.verdict() == Verdict.FAILED && !result.isFailure() ? " optional" : "";
    out.leaf(
        "a",
        HtmlSummary.sign(result.verdict()) + suffix + optional,
        "class",
        result.verdict().label(),
        "href",
        "#" + HtmlRuns.anchor(result, number),
        "title",
        result.key() + " " + result.verdict().label().replace('-', ' '));
  }
}
