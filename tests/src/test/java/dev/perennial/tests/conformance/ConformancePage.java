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
      <!-- Generated. Edit docs/conformance/requirements.txt, docs/conformance/faults.txt or the rules, and run
           %s
      -->
      # Conformance

      The requirements on this library, with their proofs. There are two kinds of proof: the **rules** of the
      [conformance kit](conformance-kit.md), which can be run against any client of live streams, and the **tests** of
      this project, which also see what a server cannot. `ConformancePageTest` fails when a requirement has no proof and
      does not say why, when a named test does not exist, and when this page differs from its sources.

          ./perennial conformance                                  # all rules with this client
          ./perennial conformance --subject com.example.MyClient   # with yours
          ./perennial conformance --rule resume-02                 # one rule
          ./perennial conformance list --words                     # what each scenario does

      [The results of some clients](conformance-table.md) have their own page.

      """;

  private static final String RULES =
      """
      ## Rules of the kit

      [Levels](conformance-kit.md#what-comes-out) and [capabilities](conformance-kit.md#capabilities) are explained with
      the kit. A rule does not apply to a client that does not claim the capabilities that it needs. A source that is not
      a specification is a decision of this project.
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

  /** Returns the page, which names this command. */
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
    line("| id | rule | source | level | transports | needs |");
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
    line("| id | requirement | rules | tests |");
    line("|---|---|---|---|");
    section.rows().forEach(row -> row(row.id(), row.words(), kit(row), tests(row)));
  }

  /** Writes a section, with a column for what must happen or for the faults of a bug. */
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
            ? "| id | fault | what must happen | rules | tests |"
            : "| id | what happened | faults | rules | tests |");
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
        "These edits of this library's own source seed one bug each. A test compiles them, and"
            + " the\n"
            + "rules named here have to find the bug.");
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
