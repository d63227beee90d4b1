package dev.perennial.examples.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Level;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import dev.perennial.examples.Snippets;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks that the client of {@code docs/conformance-kit.md} behaves as the page says. */
@Timeout(120)
class TinyClientTest {

  @Test
  void doesNotObeyRetryAfter() throws InterruptedException {
    // region run
    Report report =
        Conformance.of(new TinyClient())
            .rules(rule -> rule.id().startsWith("http-after"))
            .seed(7)
            .run();
    for (Result result : report.results(Verdict.FAILED)) {
      System.out.println(result.key() + ": " + result.problems());
    }
    // endregion

    assertFalse(report.isPassed());
    Result first = report.results().get(0);
    assertEquals("http-after-01/sse", first.key());
    assertEquals(Verdict.FAILED, first.verdict());
    assertTrue(
        first
            .problems()
            .get(0)
            .startsWith(
                "Expected at least 1.0 s between the end of connection 1 and the next request."
                    + " But it was"),
        first::toString);
  }

  @Test
  void resumes() throws InterruptedException {
    Report report =
        Conformance.of(new TinyClient()).rules(rule -> rule.id().matches("resume-0[123]")).run();

    assertTrue(report.isPassed(), () -> report.results().toString());
    assertEquals(3, report.results(Verdict.PASSED).size());
  }

  @Test
  void needsWhatItDoesNotClaim() throws InterruptedException {
    Report report =
        Conformance.of(new TinyClient()).rules(rule -> rule.id().equals("silence-01")).run();

    assertEquals(Verdict.NOT_APPLICABLE, report.results().get(0).verdict());
    assertTrue(report.isPassed());
  }

  @Test
  void everyVerdictAndLevelIsOnThePage() throws IOException {
    List<String> labels = new ArrayList<>();
    Arrays.stream(Verdict.values()).map(Verdict::label).forEach(labels::add);
    Arrays.stream(Level.values()).map(Level::label).forEach(labels::add);

    assertEquals(labels, rowsBelow("## What comes out").stream().map(row -> row.get(0)).toList());
  }

  @Test
  void everyCapabilityIsOnThePage() throws IOException {
    List<List<String>> expected =
        Arrays.stream(Capability.values())
            .map(capability -> List.of(capability.label(), capability.description()))
            .toList();

    assertEquals(expected, rowsBelow("## Capabilities"));
  }

  /** Returns the first two cells of each row that begins with code, up to the next heading. */
  private static List<List<String>> rowsBelow(String heading) throws IOException {
    List<String> lines = Files.readAllLines(Snippets.ROOT.resolve("docs/conformance-kit.md"));
    return lines.subList(lines.indexOf(heading) + 1, lines.size()).stream()
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\s*\\|\\s*", -1))
        .map(cells -> List.of(cells[1].replace("`", ""), cells[2]))
        .toList();
  }
}
