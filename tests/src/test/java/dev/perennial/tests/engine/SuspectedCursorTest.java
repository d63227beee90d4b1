package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.spi.Attempt;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A server that closes again and again when it gets the cursor, and does not say why. */
class SuspectedCursorTest extends EngineTest {
  private static final ConnectionScript CLOSES_AT_ONCE = opens().silence(ofSeconds(2)).ends();

  private final List<Duration> suspected = new ArrayList<>();

  @Test
  void fiveClosesOverTwoMinutesAreSuspicious() {
    follow(attempt -> CLOSES_AT_ONCE, ofSeconds(28), "1");

    // The first of the closes is at 2 s; the fifth is the first one two minutes later.
    assertFalse(suspected.isEmpty());
    assertTrue(suspected.get(0).compareTo(ofSeconds(122)) >= 0, suspected::toString);
    assertTrue(suspected.get(0).compareTo(ofSeconds(180)) < 0, suspected::toString);
    String report = observer.lines("cursorSuspected").get(0);
    assertTrue(
        report.matches(
            "cursorSuspected \\d+ connections closed within 2 s and the cursor did not move"),
        report);
  }

  @Test
  void manyClosesInLessThanTwoMinutesAreNot() {
    time.at(ofSeconds(119), recorder::close);

    follow(attempt -> CLOSES_AT_ONCE, ofSeconds(1), "1");

    assertTrue(transport.attempts().size() > 30, () -> transport.attempts().size() + " attempts");
    assertEquals(List.of(), suspected);
  }

  @Test
  void fourClosesAreNot() {
    follow(
        attempt -> attempt.connection() <= 4 ? CLOSES_AT_ONCE : refuses(status(503)),
        ofMinutes(1),
        "1");

    assertEquals(List.of(), suspected);
  }

  @Test
  void closesAfterMoreThanTwoSecondsAreNot() {
    ConnectionScript later = opens().silence(ofSeconds(2).plus(ofMillis(1))).ends();

    follow(attempt -> later, ofSeconds(28), "1");

    assertEquals(List.of(), suspected);
  }

  @Test
  void newEventStartsTheCountAgain() {
    follow(
        attempt ->
            attempt.connection() % 5 == 0
                ? opens().event("of " + attempt.connection(), "e").ends()
                : CLOSES_AT_ONCE,
        ofSeconds(60),
        "1");

    assertEquals(List.of(), suspected);
  }

  @Test
  void greetingOnEachConnectionDoesNotHideASuspectedCursor() {
    follow(attempt -> opens().event(null, "hello").ends(), ofSeconds(28), "1");

    assertFalse(suspected.isEmpty());
    assertTrue(suspected.get(0).compareTo(ofSeconds(120)) >= 0, suspected::toString);
  }

  @Test
  void greetingAndAnOrderlyEndArePollingAtTheFloor() {
    Duration floor = ofMillis(100);
    time.at(ofMinutes(3), recorder::close);

    listen(
        stream(ScriptedTransport.endless(time, attempt -> opens().event(null, "hello").ends()))
            .withCursor("1")
            .withRetry(RetryPolicy.exponential(ofMillis(1), ofSeconds(30)).withMaxAttempts(2)));

    recorder.signals(); // Hellos; what counts is how often they came.
    assertTrue(
        observer.lines("connecting").stream().allMatch("connecting 1"::equals)); // No failure.
    long most = ofMinutes(3).dividedBy(floor) + 1;
    assertTrue(transport.attempts().size() <= most, () -> transport.attempts().size() + "");
    assertFalse(observer.lines("cursorSuspected").isEmpty());
  }

  @Test
  void checkpointMovesTheCursor() {
    follow(attempt -> opens().checkpoint("at " + attempt.connection()).ends(), ofSeconds(28), "1");

    assertEquals(List.of(), suspected);
  }

  @Test
  void withoutACursorNothingIsSuspected() {
    follow(attempt -> CLOSES_AT_ONCE, ofSeconds(28), null);

    assertEquals(List.of(), suspected);
  }

  @Test
  void suspicionAloneChangesNothing() {
    follow(attempt -> CLOSES_AT_ONCE, ofSeconds(28), "1");

    assertTrue(observer.lines("connecting").stream().allMatch("connecting 1"::equals));
    assertTrue(transport.cursors().stream().allMatch("1"::equals));
  }

  /** For ten minutes, with so long a wait between the connections, or up to a fifth more. */
  private void follow(
      Function<Attempt, ConnectionScript> server,
      Duration between,
      @org.jspecify.annotations.Nullable String cursor) {
    observer.onCall(
        line -> {
          if (line.startsWith("cursorSuspected")) {
            suspected.add(time.elapsed());
          }
        });
    time.at(ofMinutes(10), recorder::close);
    listen(
        stream(ScriptedTransport.endless(time, server))
            .withCursor(cursor)
            .withRetry(RetryPolicy.fixed(between)));
  }
}
