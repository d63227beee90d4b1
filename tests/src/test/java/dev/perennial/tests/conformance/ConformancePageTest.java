package dev.perennial.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.Rules;
import dev.perennial.tests.conformance.Row.Section;
import dev.perennial.tests.mutants.SeededBugs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** docs/conformance.md matches its sources, and they name a proof for each requirement. */
class ConformancePageTest {
  private static final Path PAGE = Path.of("docs", "conformance.md");
  private static final Path CORPUS = Path.of("sdk-sse/src/test/resources/dev/perennial/sse/corpus");
  private static final String COMMAND =
      "mvn test -pl tests -am -Dtest=ConformancePageTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dperennial.write=true";
  private static final List<String> SECTIONS =
      List.of(
          "Promises",
          "The HTTP response",
          "The request",
          "Server-sent events",
          "NDJSON",
          "WebSocket",
          "Finite streams",
          "Limits",
          "Delay before an attempt");

  /** The seeded bugs that the rules have to find, for a table on the page. */
  private static final Mutants MUTANTS = SeededBugs::all;

  private final Path root = root();
  private final List<Section> requirements = read("requirements.txt");
  private final List<Section> faults = read("faults.txt");
  private final ConformancePage page =
      new ConformancePage(Rules.all(), requirements, faults, MUTANTS);

  ConformancePageTest() throws IOException {}

  private List<Section> read(String name) throws IOException {
    Path file = Path.of("docs", "conformance", name);
    return RowReader.read(file.toString(), Files.readString(root.resolve(file)));
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(PAGE))) {
      @Nullable Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError("Expected " + PAGE + " above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  @Test
  void pageIsWhatItsSourcesGive() throws IOException {
    String expected = page.text(COMMAND);
    if (Boolean.getBoolean("perennial.write")) {
      Files.writeString(root.resolve(PAGE), expected);
    }

    String actual = Files.readString(root.resolve(PAGE));

    assertTrue(expected.equals(actual), () -> difference(expected, actual));
  }

  private static String difference(String expected, String actual) {
    List<String> expectedLines = expected.lines().toList();
    List<String> actualLines = actual.lines().toList();
    int same = 0;
    while (same < Math.min(expectedLines.size(), actualLines.size())
        && expectedLines.get(same).equals(actualLines.get(same))) {
      same++;
    }
    return PAGE
        + ":"
        + (same + 1)
        + ": expected\n"
        + lineAt(expectedLines, same)
        + "\nbut was\n"
        + lineAt(actualLines, same)
        + "\nTo write the page: "
        + COMMAND;
  }

  private static String lineAt(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index) : "the end of the page";
  }

  @Test
  void everythingIsProvenOrSaysWhyNot() {
    assertNone(page.proofs().unproven());
  }

  @Test
  void everyIdThatIsNamedIsARow() {
    assertNone(page.proofs().unknown());
  }

  @Test
  void everyRuleHasAnIdASentenceAndASource() {
    assertNone(page.proofs().oddRules());
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    NamedTests tests =
        new NamedTests(NamedTests.testsBelow(root), NamedTests.namesIn(root.resolve(CORPUS)));
    List<Section> all = new ArrayList<>(requirements);
    all.addAll(faults);

    assertNone(tests.problemsOf(all));
  }

  @Test
  void everySectionIsThere() {
    assertEquals(SECTIONS, requirements.stream().map(Section::title).toList());
  }

  @Test
  void everyPromiseAndEveryFaultHasARow() {
    List<String> ids = Row.all(requirements).stream().map(Row::id).toList();

    assertTrue(ids.containsAll(numbered("P", 9)), ids::toString);
    assertEquals(numbered("F", 94), idsOf(faults.get(0)));
    assertEquals(numbered("R", 35), idsOf(faults.get(1)));
    assertEquals(numbered("S", 15), idsOf(faults.get(2)));
    faults
        .get(0)
        .rows()
        .forEach(row -> assertTrue(!row.seen().isEmpty(), () -> row.id() + ": expected seen:"));
  }

  private static List<String> idsOf(Section section) {
    return section.rows().stream().map(Row::id).toList();
  }

  private static List<String> numbered(String prefix, int last) {
    return IntStream.rangeClosed(1, last).mapToObj(number -> prefix + number).toList();
  }

  private static void assertNone(List<String> problems) {
    assertTrue(problems.isEmpty(), () -> String.join("\n", problems));
  }
}
