package dev.perennial.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Verdict;
import dev.perennial.conformance.WebSocketSuite;
import dev.perennial.subjects.PerennialClient;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** This SDK passes every case of the suite for WebSockets. */
@Timeout(300)
class WebSocketSuiteTest {

  @Test
  void everyCaseOfEverySectionPasses() throws Exception {
    try (PerennialClient client = new PerennialClient()) {
      Report report = WebSocketSuite.of(client).run();

      // A busy machine may keep a case from its time; it gets a second run, four times slower.
      List<String> ids =
          report.results().stream()
              .filter(result -> result.verdict() != Verdict.PASSED)
              .map(result -> result.rule().id())
              .toList();
      Conformance again = WebSocketSuite.of(client).rules(rule -> ids.contains(rule.id()));
      List<Result> failed = again.speed(5).atOnce(2).run().results(Verdict.FAILED);

      assertEquals(List.of(), failed, () -> WebSocketSuite.bySection(report));
      assertEquals(List.of(), report.results(Verdict.NOT_APPLICABLE));
      assertTrue(WebSocketSuite.bySection(report).contains("| 6 UTF-8 |"));
    }
  }

  @Test
  void eachCaseHasAnIdOfItsOwn() {
    List<String> ids = WebSocketSuite.cases().stream().map(Rule::id).toList();

    assertEquals(ids.size(), new HashSet<>(ids).size());
    assertTrue(ids.size() > 190, () -> "there are " + ids.size());
  }
}
