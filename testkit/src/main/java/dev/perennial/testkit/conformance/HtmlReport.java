package dev.perennial.testkit.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Reports as one page of HTML that needs nothing else: what each rule says, what was seen, and a
 * picture of each run.
 *
 * @since 0.1.0
 */
public final class HtmlReport {
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private HtmlReport() {}

  /**
   * Writes the page, replacing the file.
   *
   * @param reports of one client; of several, for a comparison of them
   * @throws IllegalArgumentException when there is none
   * @throws IOException when the file cannot be written
   */
  public static void write(List<Report> reports, Path file) throws IOException {
    Files.writeString(file, page(reports), UTF_8);
  }

  static String page(List<Report> reports) throws IOException {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("reports must not be empty");
    }
    Markup out = new Markup();
    out.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    head(reports, out);
    out.open("body").open("main");
    title(reports, out);
    if (reports.size() > 1) {
      HtmlMatrix.write(reports, out);
    }
    filter(reports, out);
    for (int i = 0; i < reports.size(); i++) {
      subject(reports.get(i), i + 1, reports.size() > 1, out);
    }
    out.close("main").open("script").raw(resource("report.js")).close("script");
    out.close("body").close("html").line();
    return out.toString();
  }

  private static void head(List<Report> reports, Markup out) throws IOException {
    out.open("head").raw("<meta charset=\"utf-8\">");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.raw("<meta name=\"color-scheme\" content=\"light dark\">");
    out.leaf("title", "Conformance of " + subjects(reports));
    out.open("style").raw(resource("report.css")).close("style").close("head").line();
  }

  private static String subjects(List<Report> reports) {
    return String.join(", ", reports.stream().map(Report::subject).toList());
  }

  private static void title(List<Report> reports, Markup out) {
    out.open("header").leaf("h1", "Conformance of " + subjects(reports));
    out.open("ul", "class", "verdicts");
    for (int i = 0; i < reports.size(); i++) {
      Report report = reports.get(i);
      out.open("li", "class", report.isPassed() ? "passed" : "failed");
      out.open("a", "href", "#subject-" + (i + 1)).text(verdict(report)).close("a").close("li");
    }
    out.close("ul");
    reports.stream()
        .map(report -> circumstances(report, reports.size() > 1))
        .distinct()
        .forEach(words -> out.leaf("p", words, "class", "quiet"));
    out.leaf("p", "Written " + WHEN.format(Instant.now()) + ".", "class", "quiet");
    HtmlLegend.write(out);
    out.close("header").line();
  }

  private static String circumstances(Report report, boolean isOneOfMany) {
    return (isOneOfMany ? report.subject() + ": seed " : "Seed ")
        + report.seed()
        + ", at "
        + Markup.number(report.speed())
        + " times the scenarios' own speed, took "
        + Words.of(report.took())
        + ".";
  }

  /** Whether a client keeps the rules, in a sentence. */
  static String verdict(Report report) {
    long failures = report.results().stream().filter(Result::isFailure).count();
    long optional = report.results(Verdict.FAILED).size() - failures;
    int passed = report.results(Verdict.PASSED).size();
    int lacking = report.results(Verdict.NOT_APPLICABLE).size();
    return (report.isPassed() ? "✓ " : "✗ ")
        + report.subject()
        + (failures == 0
            ? " keeps all rules that apply to it: "
            : " fails " + failures + " of " + (passed + failures + optional) + " runs: ")
        + passed
        + " passed"
        + (optional > 0 ? ", " + optional + " optional not kept" : "")
        + (lacking > 0 ? ", " + lacking + " do not apply" : "")
        + ".";
  }

  /** Shown by the script alone, since it does nothing without. */
  private static void filter(List<Report> reports, Markup out) {
    out.open("form", "id", "filter", "hidden", "hidden");
    out.open("label").text("Find ");
    out.raw("<input type=\"search\" name=\"words\" placeholder=\"resume-02, cursor, …\">");
    out.close("label");
    List<Result> shown = shown(reports);
    List<Verdict> verdicts = shown.stream().map(Result::verdict).distinct().sorted().toList();
    if (verdicts.size() > 1) {
      verdicts.forEach(one -> box(out, one.label(), one.label().replace('-', ' ')));
    }
    List<Protocol> protocols = shown.stream().map(Result::protocol).distinct().sorted().toList();
    if (protocols.size() > 1) {
      protocols.forEach(one -> box(out, one.label(), one.label()));
    }
    out.leaf("output", "").close("form").line();
  }

  /** All runs of one client; of several, what they do not keep. */
  private static List<Result> shown(List<Report> reports) {
    return reports.size() == 1
        ? reports.get(0).results()
        : reports.stream().flatMap(report -> report.results(Verdict.FAILED).stream()).toList();
  }

  private static void box(Markup out, String name, String words) {
    out.open("label").raw("<input type=\"checkbox\" checked name=\"" + name + "\"> ");
    out.text(words).close("label");
  }

  private static void subject(Report report, int number, boolean isOneOfMany, Markup out) {
    out.open("section", "id", "subject-" + number);
    if (isOneOfMany) {
      out.leaf("h2", report.subject());
    }
    HtmlSummary.write(report, out);
    if (isOneOfMany) {
      HtmlRuns.writeFailures(report, number, out);
    } else {
      HtmlRuns.write(report, number, out);
    }
    out.close("section").line();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("The testkit lacks its " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
