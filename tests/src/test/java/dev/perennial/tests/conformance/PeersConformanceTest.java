package dev.perennial.tests.conformance;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.subjects.JdkWebSocketClient;
import dev.perennial.subjects.OkHttpEventSourceClient;
import dev.perennial.subjects.OkHttpSseClient;
import dev.perennial.subjects.OkHttpWebSocketClient;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.Conformance;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The rules find in other clients what is known of them, and nothing else: a rule that a sound
 * client fails, or a faulty one passes, is a fault of the rule.
 */
class PeersConformanceTest {
  private static final int AT_ONCE = 24;

  /** By rule: words that stand in its problems. */
  private static final Map<String, String> OKHTTP_SSE =
      Map.ofEntries(
          // A byte order mark takes the first event with it.
          entry("sse-01", "they were [two]"),
          entry("sse-02", "there were 0 events"),
          // A blank line that is a CR is looked at when the next byte comes.
          entry("sse-05", "there were 0 events"),
          // A CR at the end of the body: the reader asks for more for ever.
          entry("sse-08", "it had not ended"),
          // A block without data leaves the id where it was.
          entry("sse-14", "they carried [1, 1]"),
          entry("sse-15", "they carried [1, 2\\0x]"),
          // OkHttp's MediaType takes no space before a semicolon.
          entry("sse-21", "Invalid content-type: null"));

  private static final Map<String, String> OKHTTP_EVENTSOURCE =
      Map.ofEntries(
          entry("sse-01", "they were [two]"),
          entry("sse-02", "there were 0 events"),
          // OkHttp's builder refuses the header, and the thread that reads ends by that.
          entry("sse-18", "there were 1 events, 1 requests, and it had not ended"));

  private static final Map<String, String> JDK_WEBSOCKET = Map.ofEntries();

  private static final Map<String, String> OKHTTP_WEBSOCKET = Map.ofEntries();

  @Test
  void okHttpSseFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_SSE, new OkHttpSseClient());
  }

  @Test
  void okHttpEventSourceFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_EVENTSOURCE, new OkHttpEventSourceClient());
  }

  @Test
  void webSocketOfTheJdkFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(JDK_WEBSOCKET, new JdkWebSocketClient());
  }

  @Test
  void webSocketOfOkHttpFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_WEBSOCKET, new OkHttpWebSocketClient());
  }

  /** Each of these clients speaks one transport, so that a rule has one result. */
  private static void assertFails(Map<String, String> expected, ClientUnderTest client)
      throws InterruptedException {
    try (client) {
      Report report = Conformance.of(client).atOnce(AT_ONCE).run();
      Map<String, String> failed = new TreeMap<>();
      for (Result result : report.results(Verdict.FAILED)) {
        failed.put(result.rule().id(), String.join(" ", result.problems()));
      }

      List<String> differences = new ArrayList<>();
      failed.forEach(
          (id, problems) -> {
            String words = expected.get(id);
            if (words == null || !problems.contains(words)) {
              differences.add(id + " should " + expectation(words) + ": " + problems);
            }
          });
      new TreeMap<>(expected)
          .forEach(
              (id, words) -> {
                if (!failed.containsKey(id)) {
                  differences.add(id + " should " + expectation(words) + ", but did not fail");
                }
              });

      assertEquals("", String.join("\n", differences), client.name());
    }
  }

  private static String expectation(String words) {
    return words == null ? "pass or not apply" : "fail with \"" + words + "\"";
  }
}
