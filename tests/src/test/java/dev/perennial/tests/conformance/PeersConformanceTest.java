package dev.perennial.tests.conformance;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import dev.perennial.subjects.JdkWebSocketClient;
import dev.perennial.subjects.OkHttpEventSourceClient;
import dev.perennial.subjects.OkHttpSseClient;
import dev.perennial.subjects.OkHttpWebSocketClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The rules find in other clients what is known of them, and nothing else: a rule that a sound
 * client fails, or a faulty one passes, is a fault of the rule.
 */
@Tag("slow")
class PeersConformanceTest {
  private static final int AT_ONCE = 12;

  /** By rule: words that its problems contain. */
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
          entry("origin-06", "it was sent there"),
          // OkHttp's dispatcher: five calls to one host.
          entry("limit-05", "3 of them delivered nothing"),
          entry("limit-06", "65 of them delivered nothing"));

  private static final Map<String, String> OKHTTP_EVENTSOURCE =
      Map.ofEntries(
          entry("sse-01", "they were [two]"),
          entry("sse-02", "there were 0 events"),
          // OkHttp's builder refuses the header, and the thread that reads ends by that.
          entry("sse-18", "there were 1 event, 1 request, and it had not ended"),
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
          // A POST is sent again like a GET.
          entry("post-01", "Expected 1 request. But there were"),
          entry("post-02", "Expected 1 request. But there were"),
          entry("post-05", "Expected 1 request. But there were"),
          // An id loses its blanks on the way back.
          entry("cursor-01", "had \"7\""),
          // Retry-After is not looked at.
          entry("http-after-01", "and the next request. But it was"),
          entry("http-after-02", "and the next request. But it was"),
          entry("http-after-03", "and the next request. But it was"),
          entry("origin-06", "it was sent there"),
          // Neither content type nor coding is looked at.
          entry("http-type-01", "they were [event 1, event 2]"),
          entry("http-type-02", "they were [event 1, event 2]"),
          entry("http-coding-01", "they were [event 1, event 2]"),
          // The delay falls back after a minute of connection, and by nothing else.
          entry("reconnect-09", "Expected no delay above the base"),
          entry("reconnect-12", "Expected no delay above the base"),
          // A retry of 0 is obeyed, and one that is no long ends the thread that reads.
          // What the server asked for is jittered down.
          entry("backoff-13", "Expected at least 400 ms"),
          // However much a connection has brought, the next cut waits longer.
          entry("backoff-14", "Expected no delay above the base"),
          entry("backoff-08", "Expected at most 20 requests in a second"),
          entry("backoff-10", "there were 0 events, 1 request, and it had not ended"),
          // A retry with each connection begins the backoff anew.
          entry("backoff-11", "Expected 13 delays to add up to more"),
          // Without data the id does not move.
          entry("resume-05", "they resumed after [-, 1]"),
          // The cursor moves when an event is parsed.
          entry("resume-13", "missing were [event 3]"),
          entry("resume-14", "Expected no cursor to be stored before its event was processed"));

  /** It depends on what is drawn. */
  private static final Set<String> OKHTTP_EVENTSOURCE_AT_TIMES = Set.of("backoff-12");

  private static final Map<String, String> JDK_WEBSOCKET =
      Map.ofEntries(
          // An attempt cannot be ended, and what has come is delivered after the close frame.
          entry("closing-03", "it took"),
          entry("closing-04", "after them came [event 3"),
          // The header is compared as a whole.
          entry("ws-17", "WebSocketHandshakeException"),
          // The thread that reads is the one that delivers.
          entry("consumer-05", "there was none"));

  private static final Map<String, String> OKHTTP_WEBSOCKET =
      Map.ofEntries(
          entry("ws-03", "never"),
          // What the server chose without being asked is not looked at.
          entry("ws-13", "they were [a]"),
          entry("ws-14", "they were [a]"),
          entry("deflate-15", "they were [a]"),
          entry("deflate-16", "they were [a]"),
          entry("deflate-17", "they were [a]"),
          // A tail that was kept is taken for a block.
          entry("deflate-09", "they were [a]"),
          // The header is compared as a whole.
          entry("ws-17", "Expected 'Connection' header value"),
          // The thread that reads is the one that delivers.
          entry("consumer-05", "there was none"),
          entry("origin-06", "it was sent there"),
          // OkHttp's dispatcher: 64 calls.
          entry("limit-06", "64 requests"),
          // Its examples answer any code with 1000.
          entry("close-answered", "it sent [close 1000]"),
          entry("closing-04", "after them came [event 3"));

  /** All clients run at once, since most of them wait most of the time. */
  private static final Map<String, CompletableFuture<Report>> REPORTS = new HashMap<>();

  @BeforeAll
  static void start() {
    for (ClientUnderTest client :
        List.of(
            new OkHttpSseClient(),
            new OkHttpEventSourceClient(),
            new JdkWebSocketClient(),
            new OkHttpWebSocketClient())) {
      CompletableFuture<Report> report = new CompletableFuture<>();
      REPORTS.put(client.name(), report);
      new Thread(() -> run(client, report), "conformance of " + client.name()).start();
    }
  }

  private static void run(ClientUnderTest client, CompletableFuture<Report> report) {
    try (client) {
      report.complete(Conformance.of(client).atOnce(AT_ONCE).run());
    } catch (Throwable t) {
      report.completeExceptionally(t);
    }
  }

  @Test
  void okHttpSseFailsTheRulesItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_SSE, Set.of(), OkHttpSseClient::new);
  }

  @Test
  void okHttpEventSourceFailsTheRulesItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_EVENTSOURCE, OKHTTP_EVENTSOURCE_AT_TIMES, OkHttpEventSourceClient::new);
  }

  @Test
  void webSocketOfTheJdkFailsTheRulesItIsKnownToBreak() throws Exception {
    assertFails(JDK_WEBSOCKET, Set.of(), JdkWebSocketClient::new);
  }

  @Test
  void webSocketOfOkHttpFailsTheRulesItIsKnownToBreak() throws Exception {
    assertFails(OKHTTP_WEBSOCKET, Set.of(), OkHttpWebSocketClient::new);
  }

  /** Each of these clients speaks one transport, so that a rule has one result. */
  private static void assertFails(
      Map<String, String> expected, Set<String> atTimes, Supplier<ClientUnderTest> clients)
      throws Exception {
    try (ClientUnderTest client = clients.get()) {
      Report report = Objects.requireNonNull(REPORTS.get(client.name())).get(60, TimeUnit.SECONDS);
      Set<String> differing = differences(expected, problems(report)).keySet();
      differing.removeAll(atTimes);
      if (differing.isEmpty()) {
        return;
      }
      // A busy machine may hide once what a client does, but not twice.
      Report again =
          Conformance.of(client).rules(rule -> differing.contains(rule.id())).atOnce(1).run();
      Map<String, String> wanted = new TreeMap<>(expected);
      wanted.keySet().retainAll(differing);
      Map<String, String> differences = differences(wanted, problems(again));
      assertEquals("", String.join("\n", differences.values()), client.name());
    }
  }

  private static Map<String, String> problems(Report report) {
    Map<String, String> failed = new TreeMap<>();
    for (Result result : report.results(Verdict.FAILED)) {
      failed.put(result.rule().id(), String.join(" ", result.problems()));
    }
    return failed;
  }

  /** By rule: what it should have done. */
  private static Map<String, String> differences(
      Map<String, String> expected, Map<String, String> failed) {
    Map<String, String> differences = new TreeMap<>();
    failed.forEach(
        (id, problems) -> {
          String words = expected.get(id);
          if (words == null || !problems.contains(words)) {
            differences.put(id, id + " should " + expectation(words) + ": " + problems);
          }
        });
    expected.forEach(
        (id, words) -> {
          if (!failed.containsKey(id)) {
            differences.put(id, id + " should " + expectation(words) + ", but did not fail");
          }
        });
    return differences;
  }

  private static String expectation(@Nullable String words) {
    return words == null ? "pass or not apply" : "fail with \"" + words + "\"";
  }
}
