package dev.perennial.conformance.rules;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.ClientSettings;
import dev.perennial.conformance.scenario.TimeScale;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TraceView;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every check can fail, and says what it saw. */
class ChecksTest {
  private final Trace trace = new Trace();
  private final TraceView run = view(Protocol.SSE, trace);

  private static TraceView view(Protocol protocol, Trace trace) {
    return new TraceView(protocol, new ClientSettings(), trace, TimeScale.of(20));
  }

  private void events(String... data) {
    for (int i = 0; i < data.length; i++) {
      trace.event(1, Integer.toString(i + 1), "message", data[i]);
    }
  }

  private void assertHolds(Check check) {
    assertNull(check.problem(run));
  }

  private void assertProblem(String words, Check check) {
    String problem = check.problem(run);
    assertTrue(problem != null && problem.contains(words), () -> words + " is not in " + problem);
  }

  @Test
  void deliveredIsExact() {
    events("a", "b");

    assertHolds(Checks.delivered("a", "b"));
    assertProblem("Expected the events [b, a]. But they were [a, b].", Checks.delivered("b", "a"));
    assertProblem("Expected the events [a].", Checks.delivered("a"));
    assertProblem("Expected no event. But they were [a, b].", Checks.delivered());
  }

  @Test
  void logIsWholeAndInOrder() {
    events("event 1", "event 2", "event 3");

    assertHolds(Checks.deliveredLog(3));
    assertProblem("only the first 3 came", Checks.deliveredLog(4));
    assertProblem("after them came [event 3]", Checks.deliveredLog(2));
    assertProblem("number 1 was event 1", Checks.deliveredLog(2, 4));
  }

  @Test
  void nothingIsLostWhateverComesTwice() {
    events("event 1", "event 1", "event 3");

    assertProblem("missing were [event 2]", Checks.nothingLost(1, 3));
    events("event 2");
    assertHolds(Checks.nothingLost(1, 3));
  }

  @Test
  void idsAndTypesAreThoseOfTheClient() {
    trace.event(1, "7", "add", "a");
    trace.event(1, null, "message", "b");

    assertHolds(Checks.ids("7", ""));
    assertProblem("they carried [7, ]", Checks.ids("7", "7"));
    assertHolds(Checks.types("add", "message"));
    assertProblem("they were [add, message]", Checks.types("add", "add"));
  }

  @Test
  void endIsOneOfThree() {
    assertProblem("it had not ended", Checks.completed());
    assertProblem("it had not ended", Checks.failed());
    assertHolds(Checks.notFailed());
    assertHolds(Checks.notCompleted());

    trace.add(Kind.COMPLETED, 1, "");

    assertHolds(Checks.completed());
    assertProblem("it completed", Checks.notCompleted());

    trace.add(Kind.FAILED, 1, "GAP gone");

    assertProblem("it failed: GAP gone", Checks.completed());
    assertProblem("it failed: GAP gone", Checks.notFailed());
    assertProblem("there were 2", Checks.endedOnce());
  }

  @Test
  void gapsAreCounted() {
    assertHolds(Checks.gaps(0));
    trace.add(Kind.GAP, 1, "gone");
    assertHolds(Checks.gaps(1));
    assertProblem("it was reported 1 times", Checks.gaps(0));
  }

  @Test
  void requestsAreCounted() {
    assertHolds(Checks.requests(0));
    assertProblem("there were 0", Checks.requests(1));
    assertHolds(Checks.requestsAtMost(0));
    assertProblem("there were only 0 requests", Checks.header(1, "Accept", null));
    assertProblem("they resumed after []", Checks.cursors("-"));
  }

  @Test
  void missingRequestHasNoDelay() {
    assertProblem("there was no next request", Checks.realDelayAtLeast(1, ofSeconds(1)));
  }

  @Test
  void whatComesAfterCloseIsLate() {
    events("a");
    trace.add(Kind.CLOSED, 1, "");
    assertHolds(Checks.quietAfterClose());

    events("b");

    assertProblem("there was [EVENT b]", Checks.quietAfterClose());
  }

  @Test
  void connectionThatIsOpenWasNotLeft() {
    assertProblem("it was still open", Checks.left(1));
    trace.add(Kind.LEFT, 1, "");
    assertHolds(Checks.left(1));
  }

  @Test
  void dataOfJsonAreReadByTheKit() {
    Trace lines = new Trace();
    lines.event(1, null, "message", "{\"id\":\"7\",\"data\":\"a\"}");
    lines.event(1, null, "message", "no JSON");
    TraceView read = view(Protocol.NDJSON, lines);

    assertEquals(List.of("a", "no JSON"), read.data());
    assertEquals(List.of("7", ""), read.ids());
  }

  @Test
  void timeIsScaledButNeverToNothing() {
    TimeScale scale = TimeScale.of(20);

    assertEquals(ofMillis(50), scale.real(ofSeconds(1)));
    assertEquals(ofMillis(1), scale.real(ofMillis(2)));
    assertEquals(ofMillis(0), scale.real(ofMillis(0)));
  }
}
