package dev.perennial.subjects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class OkHttpSseClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Test
  void readerThatAsksForEverEndsWhenTheStreamIsClosed() throws Exception {
    try (OkHttpSseClient client = new OkHttpSseClient()) {

      Report report = Conformance.of(client).rules(rule -> rule.id().equals("sse-08")).run();

      assertEquals(1, report.results(Verdict.FAILED).size(), () -> "" + report.results());
      for (Thread thread : threads()) {
        thread.join(LIMIT.toMillis());
        assertTrue(!thread.isAlive(), () -> thread + " is still alive");
      }
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("perennial-subjects-okhttp"))
        .toList();
  }
}
