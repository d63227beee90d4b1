package dev.perennial.subjects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs a few rules on the EventSource implementations that are installed on this machine. */
@Timeout(180)
@Tag("slow")
class EventSourceSubjectsTest {
  private static final List<String> RULES =
      List.of("sse-01", "sse-04", "sse-08", "sse-12", "sse-13", "sse-16", "sse-18", "sse-19");

  @Test
  void chromiumRejectsOtherCharsetsAndDoesNotTellItsEnd() throws Exception {
    try (ChromiumClient client = new ChromiumClient()) {
      assumeAvailable(client.unavailable());

      Map<String, Verdict> verdicts = verdicts(client);

      assertEquals(
          "{sse-01=PASSED, sse-04=PASSED, sse-08=NOT_APPLICABLE, sse-12=PASSED, sse-13=PASSED,"
              + " sse-16=PASSED, sse-18=PASSED, sse-19=FAILED}",
          verdicts.toString());
    }
  }

  @Test
  void nodePasses() throws Exception {
    try (NodeEventSourceClient client = new NodeEventSourceClient()) {
      assumeAvailable(client.unavailable());

      Map<String, Verdict> verdicts = verdicts(client);

      assertEquals(RULES, List.copyOf(verdicts.keySet()));
      assertTrue(
          verdicts.values().stream().allMatch(verdict -> verdict == Verdict.PASSED),
          verdicts::toString);
    }
  }

  @Test
  void processesAreGoneAfterClose() throws Exception {
    NodeEventSourceClient client = new NodeEventSourceClient();
    assumeAvailable(client.unavailable());
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    verdicts(client);

    client.close();

    List<ProcessHandle> after =
        ProcessHandle.current().children().filter(child -> !before.contains(child)).toList();
    assertEquals(List.of(), after);
  }

  private static void assumeAvailable(@Nullable String reason) {
    assumeTrue(reason == null, reason);
  }

  private static Map<String, Verdict> verdicts(ClientUnderTest client) throws InterruptedException {
    Report report = Conformance.of(client).rules(rule -> RULES.contains(rule.id())).atOnce(4).run();
    Map<String, Verdict> verdicts = new TreeMap<>();
    for (Result result : report.results()) {
      verdicts.put(result.rule().id(), result.verdict());
    }
    return verdicts;
  }
}
