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
import java.util.Set;
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
          entry("sse-21", "Invalid content-type: null"),
          // What OkHttp cannot decode it passes on as it is.
          entry("http-coding-01", "they were [event 1, event 2]"),
          // OkHttp drops Authorization alone on its way to another origin.
          entry("origin-06", "it was s3cret"),
          // OkHttp's dispatcher: five calls to one host.
          entry("limit-05", "3 of them saw nothing"),
          entry("limit-06", "65 of them saw nothing"));

  private static final Map<String, String> OKHTTP_EVENTSOURCE =
      Map.ofEntries(
          entry("sse-01", "they were [two]"),
          entry("sse-02", "there were 0 events"),
          // OkHttp's builder refuses the header, and the thread that reads ends by that.
          entry("sse-18", "there were 1 events, 1 requests, and it had not ended"),
          // Every answer is retried alike.
          entry("http-204", "Expected 1 request. But there were"),
          entry("http-400", "Expected 1 request. But there were"),
          entry("http-401", "Expected 1 request. But there were"),
          entry("http-403", "Expected 1 request. But there were"),
          entry("http-404", "Expected 1 request. But there were"),
          entry("http-405", "Expected 1 request. But there were"),
          entry("http-406", "Expected 1 request. But there were"),
          entry("http-410", "Expected 1 request. But there were"),
          entry("http-415", "Expected 1 request. But there were"),
          entry("http-451", "Expected 1 request. But there were"),
          entry("http-501", "Expected 1 request. But there were"),
          entry("http-505", "Expected 1 request. But there were"),
          entry("http-205", "Expected 1 request. But there were"),
          entry("http-206", "Expected 1 request. But there were"),
          entry("http-304", "Expected 1 request. But there were"),
          entry("origin-10", "Expected 1 request. But there were"),
          entry("origin-11", "Expected 1 request. But there were"),
          // Retry-After is not looked at.
          entry("http-after-01", "and the next request. But it was"),
          entry("http-after-02", "and the next request. But it was"),
          entry("http-after-03", "and the next request. But it was"),
          entry("origin-06", "it was s3cret"),
          // The delay falls back after a minute of connection, and by nothing else.
          entry("reconnect-09", "Expected each delay to be up to the base"),
          // A retry of 0 is obeyed, and one that is no long ends the thread that reads.
          entry("backoff-08", "Expected at most 40 requests in a second"),
          entry("backoff-10", "there were 0 events, 1 requests, and it had not ended"),
          // Without data the id does not move.
          entry("resume-05", "they asked for [-, 1]"),
          // The cursor moves when an event is parsed.
          entry("resume-13", "missing were [event 3]"),
          entry("resume-14", "Expected no cursor to be stored before its event was done"),
          entry("silence-05", "Expected 1 request. But there were"));

  /** They depend on how soon the handler runs, or on what is drawn. */
  private static final Set<String> OKHTTP_EVENTSOURCE_AT_TIMES =
      Set.of("http-type-01", "http-type-02", "http-coding-01", "backoff-11", "backoff-12");

  private static final Map<String, String> JDK_WEBSOCKET =
      Map.ofEntries(
          // It follows no redirect.
          entry("origin-06", "there were only 1 requests"),
          // An attempt cannot be ended, and what has come is delivered after the close frame.
          entry("closing-03", "it took"),
          entry("closing-04", "after them came [event 3"));

  private static final Map<String, String> OKHTTP_WEBSOCKET =
      Map.ofEntries(
          entry("ws-03", "never"),
          // What the server chose without being asked is not looked at.
          entry("ws-13", "they were [a]"),
          entry("ws-14", "they were [a]"),
          entry("origin-06", "it was s3cret"),
          // OkHttp's dispatcher: 64 calls.
          entry("limit-06", "64 requests"),
          // Its examples answer any code with 1000.
          entry("close-answered", "it sent [close 1000]"),
          entry("closing-04", "after them came [event 3"));

  @Test
  void okHttpSseFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_SSE, Set.of(), new OkHttpSseClient());
  }

  @Test
  void okHttpEventSourceFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_EVENTSOURCE, OKHTTP_EVENTSOURCE_AT_TIMES, new OkHttpEventSourceClient());
  }

  @Test
  void webSocketOfTheJdkFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(JDK_WEBSOCKET, Set.of(), new JdkWebSocketClient());
  }

  @Test
  void webSocketOfOkHttpFailsWhatItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_WEBSOCKET, Set.of(), new OkHttpWebSocketClient());
  }

  /** Each of these clients speaks one transport, so that a rule has one result. */
  private static void assertFails(
      Map<String, String> expected, Set<String> atTimes, ClientUnderTest client)
      throws InterruptedException {
    try (client) {
      Report report = Conformance.of(client).atOnce(AT_ONCE).run();
      Map<String, String> failed = new TreeMap<>();
      for (Result result : report.results(Verdict.FAILED)) {
        failed.put(result.rule().id(), String.join(" ", result.problems()));
      }
      failed.keySet().removeAll(atTimes);

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
