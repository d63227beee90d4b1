package dev.perennial.tests.conformance;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.tests.conformance.Row.Proof;
import dev.perennial.tests.conformance.Row.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes docs/conformance.md. */
final class ConformancePage {
  private static final String HEAD =
      """
      <!-- Generated. Edit docs/conformance/requirements.txt, docs/conformance/faults.txt or the rules of the testkit, and write it anew with
           %s -->
      # Conformance

      What this library has to do, and what proves each part of it. There are two kinds of proof: the **rules of the kit**, which are scenarios of bytes and faults that any client of live streams can be run against, and the
      **tests** of this project, which also see what no server can. `ConformancePageTest` fails when something has neither and does not say why, when a test that is named does not exist, and when this page is not what
      its sources give.

          ./perennial conformance                                  # this client under all rules
          ./perennial conformance --subject com.example.MyClient   # yours
          ./perennial conformance --rule resume-02                 # one rule alone
          ./perennial conformance list --words                     # what each scenario does

      [The conformance kit](conformance-kit.md) says how to put a client of your own under it.

      """;

  private static final String RULES =
      """
      ## Rules of the kit

      **Level**: a client has to keep a `required` rule; an `optional` one it does well to keep, and is not failed by; a `stochastic` one is required, and judged over many draws. **Needs** names capabilities: the rule does
      not apply to a client that does not claim them. Where no source is a specification, the rule is a decision of this project.
      """;

  private final List<Rule> rules;
  private final List<Section> requirements;
  private final List<Section> faults;
  private final Mutants mutants;
  private final Proofs proofs;
  private final StringBuilder page = new StringBuilder();

  ConformancePage(
      List<Rule> rules, List<Section> requirements, List<Section> faults, Mutants mutants) {
    this.rules = rules;
    this.requirements = requirements;
    this.faults = faults;
    this.mutants = mutants;
    List<Row> rows = new ArrayList<>(Row.all(requirements));
    rows.addAll(Row.all(faults));
    this.proofs = new Proofs(rows, rules);
  }

  Proofs proofs() {
    return proofs;
  }

  /** The page, said to be written by this command. */
  String text(String command) {
    page.setLength(0);
    page.append(String.format(HEAD, command)).append(RULES);
    for (Area area : Area.values()) {
      rulesOf(area);
    }
    requirements.forEach(this::requirementsOf);
    faults.forEach(this::faultsOf);
    mutants();
    return page.toString();
  }

  private void rulesOf(Area area) {
    List<Rule> these = rules.stream().filter(rule -> rule.area() == area).toList();
    if (these.isEmpty()) {
      return;
    }
    line("");
    line("### " + area.title());
    line("");
    line("| id | rule | source | level | over | needs |");
    line("|---|---|---|---|---|---|");
    for (Rule rule : these) {
      row(
          rule.id(),
          rule.sentence(),
          rule.source(),
          rule.level().label(),
          transports(rule),
          needs(rule));
    }
  }

  private static String transports(Rule rule) {
    return rule.protocols().size() == Protocol.values().length
        ? "all"
        : Arrays.stream(Protocol.values())
            .filter(rule.protocols()::contains)
            .map(Protocol::label)
            .collect(Collectors.joining(", "));
  }

  private static String needs(Rule rule) {
    return Arrays.stream(Capability.values())
        .filter(rule.needs()::contains)
        .map(capability -> "`" + capability.label() + "`")
        .collect(Collectors.joining(", "));
  }

  private void requirementsOf(Section section) {
    head(section);
    line("| id | rule | kit | tests |");
    line("|---|---|---|---|");
    section.rows().forEach(row -> row(row.id(), row.words(), kit(row), tests(row)));
  }

  /** With a column for what must be seen, or for the faults that a bug is one of. */
  private void faultsOf(Section section) {
    boolean areFaults = section.rows().stream().noneMatch(row -> row.seen().isEmpty());
    boolean areBugs = section.rows().stream().anyMatch(row -> !row.faults().isEmpty());
    if (!areFaults && !areBugs) {
      requirementsOf(section);
      return;
    }
    head(section);
    line(
        areFaults
            ? "| id | fault | what must be seen | kit | tests |"
            : "| id | what happened | faults | kit | tests |");
    line("|---|---|---|---|---|");
    for (Row row : section.rows()) {
      String detail = areFaults ? row.seen() : String.join(", ", row.faults());
      row(row.id(), row.words(), detail, kit(row), tests(row));
    }
  }

  private void head(Section section) {
    line("");
    line("## " + section.title());
    line("");
    if (!section.text().isEmpty()) {
      line(section.text());
      line("");
    }
  }

  private String kit(Row row) {
    return proofs.rulesFor(row).stream().map(Rule::id).collect(Collectors.joining(", "));
  }

  private String tests(Row row) {
    List<Row> parts = proofs.partsOf(row);
    if (!parts.isEmpty()) {
      return "by " + parts.stream().map(Row::id).collect(Collectors.joining(", "));
    }
    String tests =
        row.proofs().stream().map(ConformancePage::words).collect(Collectors.joining(", "));
    String notYet = row.notYet().isEmpty() ? "" : "*not yet: " + row.notYet() + "*";
    return tests + (tests.isEmpty() || notYet.isEmpty() ? "" : "; ") + notYet;
  }

  private static String words(Proof proof) {
    String files =
        proof.files().stream().map(file -> "`" + file + "`").collect(Collectors.joining(" and "));
    return "`" + proof.test() + "`" + (files.isEmpty() ? "" : " with " + files);
  }

  private void mutants() {
    if (mutants.all().isEmpty()) {
      return;
    }
    line("");
    line("## Mutants");
    line("");
    line(
        "The kit must bite: each of these edits of this library's own source is compiled in a"
            + " test, and the rules named here have to find it.");
    line("");
    line("| id | edit | found by |");
    line("|---|---|---|");
    mutants
        .all()
        .forEach(mutant -> row(mutant.id(), mutant.change(), String.join(", ", mutant.rules())));
  }

  private void row(String... cells) {
    StringBuilder row = new StringBuilder("|");
    for (String cell : cells) {
      row.append(cell.isEmpty() ? "" : " " + cell.replace("|", "\\|")).append(" |");
    }
    line(row.toString());
  }

  private void line(String line) {
    page.append(line).append('\n');
  }
}
