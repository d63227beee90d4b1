package dev.perennial.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Rules;
import dev.perennial.tests.conformance.Mutants.Mutant;
import dev.perennial.tests.conformance.Row.Section;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not proven is found, and what is proven is shown. */
class ProofsTest {
  private static final List<Rule> NO_RULES = List.of();

  @Test
  void rowWithoutAProofIsNamed() {
    assertEquals(
        List.of("A-1: expected a rule of the kit, a test, or \"not yet: \" and why"),
        proofs("A-1  One.\n").unproven());
    assertEquals(List.of(), proofs("A-1  One.\n    ATest.holds\n").unproven());
    assertEquals(List.of(), proofs("A-1  One.\n    not yet: it is hard\n").unproven());
  }

  @Test
  void rowIsProvenByTheRulesThatItNames() {
    assertEquals(List.of(), proofs("P1  All.\n\nP1-one  One.\n    ATest.holds\n").unproven());
    assertEquals(1, proofs("H-204  All.\n\nH-204-gap  One.\n    ATest.holds\n").unproven().size());
    assertEquals(1, proofs("P1  All.\n\nP10-one  One.\n    ATest.holds\n").unproven().size());
  }

  @Test
  void bugIsProvenByItsFault() {
    assertEquals(
        List.of(), proofs("F1  One.\n    ATest.holds\n\nR1  A bug.\n    faults: F1\n").unproven());
    assertEquals(
        List.of("R1 is of F2, which is no row"), proofs("R1  A bug.\n    faults: F2\n").unknown());
  }

  @Test
  void ruleProvesTheRowsThatItCovers() {
    List<Rule> rules = Rules.all().stream().filter(rule -> rule.id().equals("sse-01")).toList();
    Proofs proofs = new Proofs(rows("F53  Marks.\n\nS-bom  A mark.\n"), rules);

    assertEquals(List.of(), proofs.unproven());
    assertEquals(List.of(), proofs.unknown());
    assertEquals(
        List.of("sse-01 covers S-bom, which is no row"),
        new Proofs(rows("F53  Marks.\n"), rules).unknown());
  }

  @Test
  void pageShowsBothKindsOfProof() {
    List<Rule> rules = Rules.all().stream().filter(rule -> rule.id().equals("sse-01")).toList();

    String page =
        page(
            rules,
            "S-bom  A mark | one.\n    ATest.holds with a.sse, b.sse\n    not yet: the rest\n",
            Mutants.NONE);

    assertTrue(
        page.contains(
            "| S-bom | A mark \\| one. | sse-01 | `ATest.holds` with `a.sse` and `b.sse`;"
                + " *not yet: the rest* |\n"),
        page);
    assertFalse(page.contains("## Mutants"), page);
  }

  @Test
  void pageShowsMutants() {
    String page =
        page(
            NO_RULES,
            "S-bom  A mark.\n",
            () -> List.of(new Mutant("bom", "the mark is kept", List.of("sse-01", "sse-02"))));

    assertTrue(page.endsWith("| bom | the mark is kept | sse-01, sse-02 |\n"), page);
  }

  private static String page(List<Rule> rules, String content, Mutants mutants) {
    return new ConformancePage(rules, sections(content), List.of(), mutants).text("mvn");
  }

  private static Proofs proofs(String content) {
    return new Proofs(rows(content), NO_RULES);
  }

  private static List<Row> rows(String content) {
    return Row.all(sections(content));
  }

  private static List<Section> sections(String content) {
    return RowReader.read("a.txt", "## One\n\n" + content);
  }
}
