package dev.perennial.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is wrong with rows is found and reported. */
class NamedTestsTest {
  private static final String HEAD = "## One\n\n";
  private static final NamedTests TESTS =
      new NamedTests(Map.of("ATest.holds", 1, "ATest.twice", 2), Set.of("a.sse"));

  @Test
  void soundRowsHaveNoProblem() {
    assertProblems(HEAD + "H-204  It ends.\n    ATest.holds with a.sse\n");
  }

  @Test
  void testThatDoesNotExistIsNamed() {
    assertProblems(
        HEAD + "A-1  One.\n    ATest.holds\n    ATest.gone\n\nA-2  Two.\n    BTest.holds\n",
        "A-1: there is no test ATest.gone",
        "A-2: there is no test BTest.holds");
  }

  @Test
  void onlyMethodsAreTests() {
    assertProblems(
        HEAD + "A-1  One.\n    ATest.Holds\n", "A-1: expected Class.method but was ATest.Holds");
  }

  @Test
  void nameOfTwoTestsIsNamed() {
    assertProblems(HEAD + "A-1  One.\n    ATest.twice\n", "A-1: 2 tests are called ATest.twice");
  }

  @Test
  void fileThatDoesNotExistIsNamed() {
    assertProblems(
        HEAD + "A-1  One.\n    ATest.holds with a.sse, b.sse\n", "A-1: there is no file b.sse");
  }

  @Test
  void idThatRepeatsIsNamed() {
    String row = "A-1  One.\n    ATest.holds\n";

    assertProblems(HEAD + row + row, "A-1: the id is there twice");
  }

  @Test
  void unknownIdIsNamed() {
    assertProblems(HEAD + "a1  One.\n", "a1: expected an id such as H-204");
  }

  @Test
  void sectionWithoutRowsIsNamed() {
    assertProblems(
        HEAD + "Words alone.\n", "Expected rows in the section \"One\" but there are none");
  }

  @Test
  void lineThatIsNeitherIsRefusedWithItsPlace() {
    assertRefused(
        HEAD + "A-1  One.\nTwo\n", "a.txt:4: expected an id, two spaces and a rule but was Two");
    assertRefused(
        HEAD + "A-1  One.\n    ATest\n",
        "a.txt:4: expected Class.method, seen:, faults: or not yet: but was ATest");
    assertRefused(
        HEAD + "    ATest.holds\n",
        "a.txt:3: expected a row above what proves it but was ATest.holds");
  }

  private static void assertRefused(String content, String message) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> RowReader.read("a.txt", content))
            .getMessage());
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
            "  @ArchTest static final ArchRule architecture = noClasses();",
            "  @Test",
            "  @Disabled(\"later\")",
            "  void disabled() {",
            "  private void helper() {",
            "  @BeforeEach",
            "  void start() {");

    assertEquals(
        List.of("ATest.plain", "ATest.parameterized", "ATest.property", "ATest.architecture"),
        NamedTests.testsOf("ATest", source));
  }

  private static void assertProblems(String content, String... problems) {
    assertEquals(List.of(problems), TESTS.problemsOf(RowReader.read("a.txt", content)));
  }
}
