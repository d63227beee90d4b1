package dev.perennial.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every rule of docs/conformance.md names tests, and they exist. */
class ConformanceTableTest {
  private static final Set<String> SECTIONS =
      new LinkedHashSet<>(
          List.of(
              "Promises",
              "The HTTP answer",
              "The request",
              "Server-sent events",
              "NDJSON",
              "WebSocket",
              "Finite streams",
              "Limits",
              "Delay before an attempt"));
  private static final String CORPUS = "sdk-sse/src/test/resources/dev/perennial/sse/corpus";

  private static final String HEAD = "## One\n\n| id | rule | tests |\n|---|---|---|\n";
  private static final ConformanceTable SMALL =
      new ConformanceTable(
          Set.of("One"), Map.of("ATest.holds", 1, "ATest.twice", 2), Set.of("a.sse"));

  @Test
  void everyRuleNamesTestsThatExist() throws IOException {
    Path root = root();
    ConformanceTable table =
        new ConformanceTable(
            SECTIONS,
            ConformanceTable.testsBelow(root),
            ConformanceTable.namesIn(root.resolve(CORPUS)));

    List<String> problems = table.problemsOf(Files.readString(root.resolve("docs/conformance.md")));

    assertTrue(problems.isEmpty(), () -> String.join("\n", problems));
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/conformance.md"))) {
      @Nullable Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError("Expected docs/conformance.md above " + Path.of("."));
      }
      folder = parent;
    }
    return folder;
  }

  // ---- The checker itself ----

  @Test
  void soundTableHasNoProblem() {
    assertProblems(HEAD + "| H-204 | It ends. | `ATest.holds` with `a.sse` |\n");
  }

  @Test
  void ruleWithoutATestIsNamed() {
    assertProblems(
        HEAD + "| H-204 | It ends. | `a.sse`, later |\n",
        "H-204: expected a test but none is named");
  }

  @Test
  void testThatDoesNotExistIsNamed() {
    assertProblems(
        HEAD + "| A-1 | One. | `ATest.holds`, `ATest.gone` |\n| A-2 | Two. | `BTest.holds` |\n",
        "A-1: there is no test ATest.gone",
        "A-2: there is no test BTest.holds");
  }

  @Test
  void classAloneIsNoTest() {
    assertProblems(HEAD + "| A-1 | One. | `ATest` |\n", "A-1: expected Class.method but was ATest");
  }

  @Test
  void nameOfTwoTestsIsNamed() {
    assertProblems(
        HEAD + "| A-1 | One. | `ATest.twice` |\n", "A-1: 2 tests are called ATest.twice");
  }

  @Test
  void fileThatDoesNotExistIsNamed() {
    assertProblems(
        HEAD + "| A-1 | One. | `ATest.holds` with `b.sse` |\n", "A-1: there is no file b.sse");
  }

  @Test
  void idThatRepeatsIsNamed() {
    String row = "| A-1 | One. | `ATest.holds` |\n";

    assertProblems(HEAD + row + row, "A-1: the id stands there twice");
  }

  @Test
  void idThatIsNoneIsNamed() {
    assertProblems(HEAD + "| a 1 | One. | `ATest.holds` |\n", "a 1: expected an id such as H-204");
  }

  @Test
  void rowThatLacksACellIsNamed() {
    assertProblems(
        HEAD + "| A-1 | `ATest.holds` |\n| A-2 |  | `ATest.holds` |\n",
        "A-1: expected id, rule and tests but was | A-1 | `ATest.holds` |",
        "A-2: expected id, rule and tests but was | A-2 |  | `ATest.holds` |");
  }

  @Test
  void sectionThatIsMissingOrEmptyIsNamed() {
    String words = "Expected a section \"One\" with rules but there is none";

    assertProblems("## Two\n\n| A-1 | One. | `ATest.holds` |\n", words);
    assertProblems(HEAD, words);
  }

  @Test
  void onlyMethodsThatRunAreTests() {
    List<String> source =
        List.of(
            "  @Test",
            "  void plain() {",
            "  @ParameterizedTest",
            "  @ValueSource(strings = {\"void no(\"})",
            "  void parameterized(int code) throws Exception {",
            "  @Property(tries = 5_000)",
            "  public void property(",
            "  @Test",
            "  @Disabled(\"later\")",
            "  void disabled() {",
            "  private void helper() {",
            "  @BeforeEach",
            "  void start() {");

    assertEquals(
        List.of("ATest.plain", "ATest.parameterized", "ATest.property"),
        ConformanceTable.testsOf("ATest", source));
  }

  private static void assertProblems(String page, String... problems) {
    assertEquals(List.of(problems), SMALL.problemsOf(page));
  }
}
