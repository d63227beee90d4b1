package dev.perennial.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class ConformanceSuiteTest {
  private static final Set<String> TRIED = Set.of("sse-09", "sse-10", "sse-13");

  @Test
  void eachRuleIsATest() {
    Map<String, TestExecutionResult> results = run(SoundSuite.class);

    assertEquals(
        Map.of(
            "sse-09 sse", Status.SUCCESSFUL,
            "sse-10 sse", Status.SUCCESSFUL,
            "sse-13 sse", Status.SUCCESSFUL),
        statuses(results));
  }

  @Test
  void brokenRuleFailsAndOneThatNeedsMoreIsAborted() {
    Map<String, TestExecutionResult> results = run(FaultySuite.class);

    assertEquals(
        Map.of(
            "sse-09 sse", Status.FAILED,
            "sse-10 sse", Status.FAILED,
            "sse-13 sse", Status.ABORTED),
        statuses(results));
    String failure = messageOf(results, "sse-10 sse");
    assertTrue(failure.startsWith("faulty fails sse-10/sse: Exactly one space"), failure);
    assertTrue(failure.contains("But they were [X, X,  X, \\tX]."), failure);
    assertTrue(failure.contains("Request 1: the server opens the stream"), failure);
    String reason = messageOf(results, "sse-13 sse");
    assertTrue(reason.endsWith("It does not claim that it reports an event's id."), reason);
  }

  @Test
  void clientIsClosedWhenAllRulesAreDone() {
    FaultySuite.CLOSED.set(0);

    run(FaultySuite.class);

    assertEquals(1, FaultySuite.CLOSED.get());
  }

  // ---- Suites ----

  static class SoundSuite extends ConformanceSuite {
    @Override
    protected ClientUnderTest client() {
      return TransportUnderTest.of("sound", Set.of(Protocol.SSE), SoundSuite::stream);
    }

    static EventStream<String> stream(Instructions instructions) {
      return Sse.builder(instructions.url().toString()).stream(Decoder.text());
    }

    @Override
    protected boolean isWanted(Rule rule) {
      return TRIED.contains(rule.id());
    }
  }

  static class FaultySuite extends SoundSuite {
    static final AtomicInteger CLOSED = new AtomicInteger();

    @Override
    protected ClientUnderTest client() {
      ClientUnderTest sound =
          TransportUnderTest.of("faulty", Set.of(Protocol.SSE), FaultySuite::upperCase)
              .withoutCapabilities(Capability.REPORTS_IDS);
      return new Closeable(sound);
    }

    private static EventStream<String> upperCase(Instructions instructions) {
      return Sse.builder(instructions.url().toString()).stream(
          payload -> payload.text().toUpperCase(Locale.ROOT));
    }
  }

  /** Counts how often it is closed. */
  private record Closeable(ClientUnderTest client) implements ClientUnderTest {
    @Override
    public String name() {
      return client.name();
    }

    @Override
    public Set<Protocol> protocols() {
      return client.protocols();
    }

    @Override
    public Set<Capability> capabilities() {
      return client.capabilities();
    }

    @Override
    public Following follow(Instructions instructions, ClientReport report) throws Exception {
      return client.follow(instructions, report);
    }

    @Override
    public void close() {
      FaultySuite.CLOSED.incrementAndGet();
    }
  }

  // ---- JUnit in JUnit ----

  /** Returns the results of the tests by the first part of their names. */
  private static Map<String, TestExecutionResult> run(Class<?> suite) {
    Map<String, TestExecutionResult> results = new TreeMap<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(suite)).build();
    TestExecutionListener listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
              results.put(test.getDisplayName().replaceFirst(":.*", ""), result);
            }
          }
        };
    LauncherFactory.create().execute(request, listener);
    return results;
  }

  private static Map<String, Status> statuses(Map<String, TestExecutionResult> results) {
    Map<String, Status> statuses = new TreeMap<>();
    results.forEach((name, result) -> statuses.put(name, result.getStatus()));
    return statuses;
  }

  private static String messageOf(Map<String, TestExecutionResult> results, String name) {
    return results.get(name).getThrowable().orElseThrow().getMessage();
  }
}
