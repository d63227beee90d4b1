package dev.perennial.testkit.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reports as tables of rules by clients, in Markdown.
 *
 * @since 0.1.0
 */
public final class MarkdownReport {
  private static final int MOST_OF_A_PROBLEM = 200;

  private final List<Report> reports;
  private final StringBuilder out = new StringBuilder(1 << 14);

  private MarkdownReport(List<Report> reports) {
    this.reports = reports;
  }

  /**
   * Writes the tables, replacing the file. Nothing in it depends on when it was made.
   *
   * @param reports one for each client
   * @param command what makes the file, for its readers
   * @throws IllegalArgumentException when there is no report
   * @throws IOException when the file cannot be written
   */
  public static void write(List<Report> reports, String command, Path file) throws IOException {
    Files.writeString(file, page(reports, command), UTF_8);
  }

  static String page(List<Report> reports, String command) {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("reports must not be empty");
    }
    MarkdownReport page = new MarkdownReport(reports);
    page.introduction(command);
    page.summary();
    page.areas();
    page.failures();
    return page.out.toString();
  }

  private void introduction(String command) {
    out.append("# Who keeps which rule\n\n");
    out.append("What each client does under the rules of the conformance kit, made by\n\n");
    out.append("    ").append(command).append("\n\n");
    out.append("Each rule is tried over each transport that a client speaks. `FAIL`: something ");
    out.append("else was seen than the rule demands; what, is said at the end. `n/a`: the ");
    out.append("client does not claim what the rule needs, or does not speak its transports. ");
    out.append("`optional`: it does not keep a rule that nobody has to keep. Transports are ");
    out.append("named where they differ.\n");
  }

  // ---- The tables ----

  private void summary() {
    out.append("\n| Client | Passed | Failed | Optional, not kept | Does not apply | Over |\n");
    out.append("|---|--:|--:|--:|--:|---|\n");
    for (Report report : reports) {
      long failures = report.results().stream().filter(Result::isFailure).count();
      row(
          "**" + escaped(report.subject()) + "**",
          Integer.toString(report.results(Verdict.PASSED).size()),
          Long.toString(failures),
          Long.toString(report.results(Verdict.FAILED).size() - failures),
          Integer.toString(report.results(Verdict.NOT_APPLICABLE).size()),
          labels(report.results()));
    }
  }

  private void areas() {
    List<Rule> rules = HtmlMatrix.rules(reports);
    for (Area area : Area.values()) {
      List<Rule> own = rules.stream().filter(rule -> rule.area() == area).toList();
      if (!own.isEmpty()) {
        out.append("\n## ").append(area.title()).append("\n\n| Rule | What it says |");
        reports.forEach(report -> out.append(' ').append(escaped(report.subject())).append(" |"));
        out.append("\n|---|---|").append("---|".repeat(reports.size())).append('\n');
        own.forEach(this::row);
      }
    }
  }

  private void row(Rule rule) {
    String[] cells = new String[reports.size() + 2];
    cells[0] = rule.id();
    cells[1] = escaped(rule.sentence());
    for (int i = 0; i < reports.size(); i++) {
      cells[i + 2] = cell(reports.get(i), rule);
    }
    row(cells);
  }

  private void row(String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** What became of a rule: one word where its transports agree, else a word for each kind. */
  private static String cell(Report report, Rule rule) {
    List<Result> own = report.results().stream().filter(one -> one.rule() == rule).toList();
    Map<Word, List<Result>> words = new EnumMap<>(Word.class);
    words.putAll(own.stream().collect(Collectors.groupingBy(Word::of)));
    if (words.isEmpty()) {
      return Word.LACKS.text;
    } else if (words.size() == 1) {
      return words.keySet().iterator().next().text;
    }
    return words.entrySet().stream()
        .map(entry -> entry.getKey().text + " (" + labels(entry.getValue()) + ")")
        .collect(Collectors.joining(", "));
  }

  private static String labels(List<Result> results) {
    return results.stream()
        .map(Result::protocol)
        .distinct()
        .sorted()
        .map(Protocol::label)
        .collect(Collectors.joining(", "));
  }

  /** What stands in a cell, the gravest first. */
  private enum Word {
    FAILS("**FAIL**"),
    DECLINES("optional"),
    KEEPS("pass"),
    LACKS("n/a");

    private final String text;

    Word(String text) {
      this.text = text;
    }

    static Word of(Result result) {
      return switch (result.verdict()) {
        case PASSED -> KEEPS;
        case NOT_APPLICABLE -> LACKS;
        case FAILED -> result.isFailure() ? FAILS : DECLINES;
      };
    }
  }

  // ---- The failures ----

  private void failures() {
    for (Report report : reports) {
      List<Result> failed = report.results(Verdict.FAILED);
      if (!failed.isEmpty()) {
        out.append("\n## What ").append(escaped(report.subject())).append(" does instead\n\n");
        failed.forEach(this::failure);
      }
    }
  }

  private void failure(Result result) {
    out.append("- **").append(result.rule().id()).append("** (").append(result.protocol());
    out.append(result.isFailure() ? "" : ", optional").append("): ");
    out.append(escaped(shortened(sentences(result.problems())))).append('\n');
  }

  private static String sentences(List<String> problems) {
    return problems.stream()
        .map(problem -> problem.endsWith(".") ? problem : problem + ".")
        .collect(Collectors.joining(" "));
  }

  private static String shortened(String words) {
    String line = words.strip().replaceAll("\\s+", " ");
    if (line.codePointCount(0, line.length()) <= MOST_OF_A_PROBLEM) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, MOST_OF_A_PROBLEM - 1)) + "…";
  }

  /** Text that is neither markup nor the end of a cell. */
  private static String escaped(String text) {
    return Markup.visible(text)
        .replaceAll("\\s+", " ")
        .replaceAll("([\\\\`*_\\[\\]<>|])", "\\\\$1");
  }
}
