package dev.perennial.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.scenario.MachineLoad;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.Trace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs rules with clients that do nothing or fail. */
class ConformanceTest {

  /** Never connects; does what {@code starter} does when a stream is started. */
  private record Fake(Set<Capability> capabilities, Starter starter) implements ClientUnderTest {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public Set<Protocol> protocols() {
      return EnumSet.of(Protocol.SSE, Protocol.NDJSON);
    }

    @Override
    public Following follow(Instructions instructions, ClientReport report) {
      return starter.start(report);
    }
  }

  private interface Starter {
    ClientUnderTest.Following start(ClientReport report);
  }

  private static ClientUnderTest idle(Capability... capabilities) {
    return new Fake(Set.of(capabilities), report -> () -> {});
  }

  private static final ClientUnderTest IDLE = idle();

  private static Result only(ClientUnderTest client, String rule) throws InterruptedException {
    List<Result> results =
        Conformance.of(client)
            .over(Protocol.SSE)
            .rules(one -> one.id().equals(rule))
            .run()
            .results();
    assertEquals(1, results.size());
    return results.get(0);
  }

  @Test
  void clientThatDoesNothingFailsInWordsAndInTime() throws Exception {
    Result result = only(IDLE, "sse-05");

    assertEquals(Verdict.FAILED, result.verdict());
    assertEquals(
        List.of(
            "Expected 1 event within 4.0 s. But there were 0 events, 0 requests, and it had not"
                + " ended.",
            "Expected the events [one]. But they were []."),
        result.problems());
    assertTrue(result.isFailure());
  }

  @Test
  void clientThatCannotBeStartedFailsWithItsOwnWords() throws Exception {
    ClientUnderTest broken =
        new Fake(
            Set.of(),
            report -> {
              throw new IllegalStateException("no such library");
            });

    Result result = only(broken, "sse-05");

    assertEquals(Verdict.FAILED, result.verdict());
    assertTrue(result.problems().get(0).contains("no such library"), result::toString);
  }

  @Test
  void clientThatNeverReturnsFromItsCloseFailsInTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ClientUnderTest hanging =
        new Fake(
            Set.of(),
            report -> {
              report.event(null, null, "one");
              return () -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              };
            });

    Result result = only(hanging, "sse-05");
    never.countDown();

    assertEquals(
        List.of("Expected the client to close within 8.0 s. But it had not."), result.problems());
  }

  @Test
  void ruleThatNeedsMoreThanIsClaimedDoesNotApplyAndSaysWhy() throws Exception {
    Result result = only(idle(Capability.RECONNECTS), "resume-02");

    assertEquals(Verdict.NOT_APPLICABLE, result.verdict());
    assertEquals(
        List.of("It does not claim that it resumes after the last event."), result.problems());
    assertFalse(result.isFailure());
  }

  @Test
  void claimIsHeldTo() throws Exception {
    assertEquals(Verdict.FAILED, only(idle(Capability.REPORTS_END), "sse-08").verdict());
  }

  /** A machine that is always busy, or never. */
  private record FixedLoad(boolean isBusy) implements MachineLoad {
    @Override
    public long now() {
      return 0;
    }

    @Override
    public boolean wasBusySince(long nanos) {
      return isBusy;
    }

    @Override
    public void close() {}
  }

  private static Result runOn(MachineLoad machine, int most, AtomicInteger starts)
      throws InterruptedException {
    ClientUnderTest client =
        new Fake(
            Set.of(),
            report -> {
              starts.incrementAndGet();
              throw new IllegalStateException("fails at once");
            });
    return Conformance.of(client)
        .over(Protocol.SSE)
        .rules(rule -> rule.id().equals("sse-05"))
        .runsWhenBusy(most)
        .machine(() -> machine)
        .run()
        .results()
        .get(0);
  }

  @Test
  void ruleThatFailsOnABusyMachineIsRunAgainAtHalfTheSpeed() throws Exception {
    AtomicInteger starts = new AtomicInteger();

    Result result = runOn(new FixedLoad(true), 2, starts);

    assertEquals(2, starts.get());
    assertEquals(2, result.runs());
    assertEquals(Verdict.FAILED, result.verdict());
  }

  @Test
  void failureOnAQuietMachineIsFinal() throws Exception {
    AtomicInteger starts = new AtomicInteger();

    assertEquals(1, runOn(new FixedLoad(false), 2, starts).runs());
    assertEquals(1, starts.get());
  }

  @Test
  void ruleRunsOnceUnlessMoreIsAllowed() throws Exception {
    AtomicInteger starts = new AtomicInteger();

    assertEquals(1, runOn(new FixedLoad(true), 1, starts).runs());
    assertEquals(1, starts.get());
    for (int outOfRange : new int[] {0, 6}) {
      assertEquals(
          "runsWhenBusy must be 1 to 5 but was " + outOfRange,
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Conformance.of(IDLE).runsWhenBusy(outOfRange))
              .getMessage());
    }
  }

  @Test
  void eachResultIsReportedOnceAndTheReportIsInTheOrderOfTheRules() throws Exception {
    ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

    Report report =
        Conformance.of(IDLE)
            .rules(rule -> rule.id().startsWith("reconnect-0"))
            .seed(7)
            .onResult(result -> heard.add(result.key()))
            .run();

    List<String> keys = report.results().stream().map(Result::key).toList();
    assertEquals(keys.stream().sorted().toList(), heard.stream().sorted().toList());
    assertEquals("reconnect-01/sse", keys.get(0));
    assertEquals("reconnect-01/ndjson", keys.get(1));
    assertEquals(7, report.seed());
    assertEquals("fake", report.subject());
  }

  @Test
  void listenerIsCalledForOneResultAtATimeAndMayAskForTheResultsSoFar() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    List<Integer> soFar = new ArrayList<>(); // Without a lock, as the calls do not overlap.
    Conformance conformance = Conformance.of(IDLE).rules(rule -> rule.area() == Area.RECONNECTING);

    conformance.onResult(
        result -> {
          mostAtOnce.accumulateAndGet(calls.incrementAndGet(), Math::max);
          // From another thread, which would wait for ever for a lock of this one.
          soFar.add(
              CompletableFuture.supplyAsync(() -> conformance.soFar().results().size())
                  .orTimeout(20, TimeUnit.SECONDS)
                  .join());
          calls.decrementAndGet();
        });
    Report report = conformance.run();

    assertEquals(1, mostAtOnce.get());
    assertEquals(report.results().size(), soFar.size());
    assertEquals(report.results().size(), soFar.get(soFar.size() - 1));
  }

  @Test
  void transportThatTheClientDoesNotSpeakIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> Conformance.of(IDLE).over(Protocol.WEBSOCKET));

    assertTrue(refused.getMessage().endsWith("but was websocket"), refused::getMessage);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    Conformance conformance = Conformance.of(IDLE);

    assertThrows(IllegalArgumentException.class, () -> conformance.speed(0));
    assertThrows(IllegalArgumentException.class, () -> conformance.speed(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> conformance.atOnce(0));
  }

  @Test
  void optionalRuleIsNoFailure() {
    Rule optional =
        ScenarioRule.named("area-01", Area.LIMITS, "It may.").optional().scenario(scenario -> {});

    Result result =
        ScenarioResult.ran(optional, Protocol.SSE, List.of("It did not."), new Trace(), List.of());

    assertEquals(Verdict.FAILED, result.verdict());
    assertFalse(result.isFailure());
  }
}
