package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.hangs;
import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.opensAfter;
import static dev.perennial.testkit.ConnectionScript.refusesAfter;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long an attempt may take, and how old a connection may grow. */
class ConnectionLifetimeTest extends EngineTest {

  // ---- The attempt's deadline ----

  @Test
  void attemptThatHangsEndsAtItsDeadline() {
    listen(stream(hangs(), opens().declaresEnd()));

    recorder.assertCompleted();
    assertEquals(ofSeconds(30).plus(observer.delays().get(0)), transport.intervals().get(0));
    StreamState.Waiting waiting = (StreamState.Waiting) recorder.states().get(1);
    assertEquals(Reason.ATTEMPT_TIMEOUT, waiting.reason());
    assertEquals(
        "Expected an answer from the stream within 30 s but got none",
        waiting.cause().getMessage());
  }

  @Test
  void deadlineCanBeSet() {
    listen(stream(hangs(), opens().declaresEnd()).withAttemptTimeout(ofSeconds(7)));

    assertEquals(ofSeconds(7).plus(observer.delays().get(0)), transport.intervals().get(0));
  }

  @Test
  void answerBeforeTheDeadlineCounts() {
    listen(stream(opensAfter(ofSeconds(30).minusMillis(1)).events(1, 1).declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals(List.of("opened PT29.999S"), observer.lines("opened"));
  }

  @Test
  void answerAtTheDeadlineComesTooLate() {
    listen(stream(opensAfter(ofSeconds(30)), opens().declaresEnd()));

    assertEquals("disconnected ATTEMPT_TIMEOUT", observer.lines("disconnected").get(0));
  }

  @Test
  void deadlineHoldsNothingAfterTheAnswer() {
    listen(stream(opens().silence(ofMinutes(4)).declaresEnd()));

    recorder.assertCompleted();
  }

  @Test
  void refusalBeforeTheDeadlineIsItself() {
    listen(
        stream(
            refusesAfter(ofSeconds(29), new ConnectException("refused")), opens().declaresEnd()));

    assertEquals("disconnected CONNECT", observer.lines("disconnected").get(0));
  }

  @Test
  void failFastEndsAtTheFirstDeadline() {
    listen(stream(hangs()).failFast());

    assertEquals(Reason.ATTEMPT_TIMEOUT, recorder.takeFailure().reason());
    assertEquals(ofSeconds(30), time.elapsed());
  }

  @Test
  void everyAttemptHasADeadline() {
    closeAt(ofHours(1));

    listen(stream(ScriptedTransport.endless(time, attempt -> hangs())));

    // Thirty seconds for the attempt, thirty for the wait at most.
    assertTrue(transport.attempts().size() >= 60, () -> "" + transport.attempts().size());
  }

  // ---- The connection's age ----

  @Test
  void oldConnectionIsReplacedWithoutAFailure() {
    listen(
        stream(opens().events(1, 2), opens().events(3, 3).declaresEnd())
            .withStaleAfter(ofHours(9))
            .withMaxConnectionAge(ofHours(1)));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals(Arrays.asList(null, "2"), transport.cursors());
    assertEquals(List.of("connecting 1", "connecting 1"), observer.lines("connecting"));
    assertEquals("disconnected ENDED", observer.lines("disconnected").get(0));
    assertTrue(observer.delays().get(0).compareTo(ofSeconds(1)) <= 0);
  }

  @Test
  void ageIsLessByUpToATenth() {
    HashSet<Long> ages = new HashSet<>();
    for (int run = 0; run < 100; run++) {
      ConnectionLifetimeTest one = new ConnectionLifetimeTest();
      one.listen(
          one.stream(opens().events(1, 1), opens().declaresEnd())
              .withStaleAfter(ofHours(9))
              .withMaxConnectionAge(ofHours(1)));
      Duration age = one.transport.intervals().get(0).minus(one.observer.delays().get(0));
      assertTrue(
          age.compareTo(ofMinutes(54)) >= 0 && age.compareTo(ofHours(1)) <= 0, age::toString);
      ages.add(age.toMinutes());
    }

    assertTrue(ages.size() >= 5, () -> "ages in minutes: " + ages);
  }

  @Test
  void endOfAnOldEmptyConnectionIsNotAFailureEither() {
    closeAt(ofHours(5));

    listen(
        stream(ScriptedTransport.endless(time, attempt -> opens()))
            .withCursor("0")
            .withStaleAfter(ofHours(9))
            .withMaxConnectionAge(ofMinutes(30)));

    observer.lines("connecting").forEach(line -> assertEquals("connecting 1", line));
  }

  @Test
  void pausedConnectionGrowsOldToo() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(ofHours(3), () -> one.request(9));

    stream(
            ScriptedTransport.endless(
                time,
                attempt ->
                    attempt.cursor() == null
                        ? opens().events(1, 2)
                        : opens().events(2, 2).declaresEnd()))
        .withMaxConnectionAge(ofHours(1))
        .subscribe(one.subscriber());
    run();

    one.assertEvents("1", "2");
    one.assertCompleted();
    assertTrue(transport.attempts().size() >= 3, () -> "" + transport.attempts());
  }

  @Test
  void slowCallbackIsNotInterruptedByTheAge() {
    recorder.onEvent(
        event -> {
          if (event.data().equals("1")) {
            time.pass(ofHours(2));
          }
        });

    listen(
        stream(opens().events(1, 2), opens().events(2, 3).declaresEnd())
            .withMaxConnectionAge(ofHours(1)));

    recorder.assertEvents("1", "2", "3");
    assertEquals(Arrays.asList(null, "1"), transport.cursors());
  }

  @Test
  void invalidValuesAreRejected() {
    assertEquals(
        "attemptTimeout must be positive but was PT0S",
        assertThrows(
                IllegalArgumentException.class, () -> stream().withAttemptTimeout(Duration.ZERO))
            .getMessage());
    assertEquals(
        "maxConnectionAge must be positive but was PT-0.001S",
        assertThrows(
                IllegalArgumentException.class, () -> stream().withMaxConnectionAge(ofMillis(-1)))
            .getMessage());
  }
}
