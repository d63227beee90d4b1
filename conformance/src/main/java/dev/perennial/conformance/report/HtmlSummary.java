package dev.perennial.conformance.report;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import java.util.List;

/** Writes an HTML table of the verdicts of one client, by area and transport. */
final class HtmlSummary {
  private HtmlSummary() {}

  static void write(Report report, Markup out) {
    List<Protocol> protocols =
        List.of(Protocol.values()).stream()
            .filter(one -> report.results().stream().anyMatch(it -> it.protocol() == one))
            .toList();
    out.open("div", "class", "wide").open("table", "class", "summary").open("thead").open("tr");
    out.leaf("th", "Area");
    protocols.forEach(protocol -> out.leaf("th", protocol.label()));
    out.close("tr").close("thead").open("tbody");
    for (Area area : Area.values()) {
      List<Result> ofArea =
          report.results().stream().filter(one -> one.rule().area() == area).toList();
      if (!ofArea.isEmpty()) {
        out.open("tr").leaf("th", area.title());
        protocols.forEach(protocol -> cell(ofArea, protocol, out));
        out.close("tr").line();
      }
    }
    out.open("tr", "class", "all").leaf("th", "All");
    protocols.forEach(protocol -> cell(report.results(), protocol, out));
    out.close("tr").close("tbody").close("table").close("div").line();
  }

  private static void cell(List<Result> results, Protocol protocol, Markup out) {
    List<Result> own = results.stream().filter(one -> one.protocol() == protocol).toList();
    out.open("td");
    if (!own.isEmpty()) {
      StringBuilder bar = new StringBuilder();
      out.open("span", "class", "counts");
      for (Verdict verdict : Verdict.values()) {
        long count = own.stream().filter(one -> one.verdict() == verdict).count();
        if (count > 0) {
          String words = count + " " + verdict.label().replace('-', ' ');
          out.leaf("span", sign(verdict) + " " + count, "class", verdict.label(), "title", words);
          bar.append("<i class=\"").append(verdict.label());
          bar.append("\" style=\"flex:").append(count).append("\"></i>");
        }
      }
      out.close("span").open("span", "class", "counted", "aria-hidden", "true");
      out.raw(bar.toString()).close("span");
    }
    out.close("td");
  }

  /** Returns a sign for a verdict, since not everyone sees colours. */
  static String sign(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "✓";
      case FAILED -> "✗";
      case NOT_APPLICABLE -> "–";
    };
  }
}
