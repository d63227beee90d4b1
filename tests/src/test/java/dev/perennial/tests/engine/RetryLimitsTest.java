package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When to give up, and what the server asks for. */
class RetryLimitsTest extends EngineTest {
  private static final RetryPolicy STANDARD = RetryPolicy.exponential(ofSeconds(1), ofSeconds(30));
  private static final ConnectionScript REFUSED = refuses(new ConnectException("refused"));

  // ---- Attempts ----

  @Test
  void givesUpAfterTheMaximumOfAttemptsInARow() {
    listen(stream(REFUSED, REFUSED, REFUSED).withRetry(STANDARD.withMaxAttempts(3)));

    assertEquals(Reason.CONNECT, recorder.takeFailure().reason());
    transport.assertExhausted();
  }

  @Test
  void attemptsAreCountedAgainAfterSuccess() {
    listen(
        stream(
                REFUSED,
                REFUSED,
                opens().events(1, 1).silence(ofMinutes(1)).cut(),
                REFUSED,
                opens().events(2, 2).declaresEnd())
            .withRetry(STANDARD.withMaxAttempts(3)));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
  }

  @Test
  void cleanEndsAreNotFailedAttempts() {
    listen(
        stream(
                opens().events(1, 1).ends(),
                opens().events(2, 2).ends(),
                opens().events(3, 3).declaresEnd())
            .withRetry(STANDARD.withMaxAttempts(2)));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
  }

  @Test
  void emptyConnectionsDoNotCountAsFailed() {
    listen(
        stream(opens().ends(), opens().ends(), opens().ends(), opens().declaresEnd())
            .withCursor("1")
            .withRetry(STANDARD.withMaxAttempts(2).withMaxElapsed(ofMillis(1))));

    recorder.assertCompleted();
    transport.assertExhausted();
  }

  // ---- Time ----

  @Test
  void givesUpAfterTheMaximumTimeInARow() {
    Duration[] ended = new Duration[1];
    recorder.onEnd(end -> ended[0] = time.elapsed());

    listen(
        stream(ScriptedTransport.endless(time, attempt -> REFUSED))
            .withRetry(STANDARD.withMaxElapsed(ofMinutes(10))));

    assertEquals(Reason.CONNECT, recorder.takeFailure().reason());
    // The wait that would end later than that is not begun.
    assertTrue(ended[0].compareTo(ofMinutes(10)) <= 0, ended[0]::toString);
    assertTrue(ended[0].compareTo(ofMinutes(9).plusSeconds(29)) > 0, ended[0]::toString);
  }

  @Test
  void timeIsCountedAgainAfterSuccess() {
    closeAt(ofHours(3));

    listen(
        stream(
                ScriptedTransport.endless(
                    time,
                    attempt ->
                        time.elapsed().toMinutes() % 8 == 7
                            ? opens().silence(ofMinutes(1)).cut()
                            : REFUSED))
            .withCursor("0")
            .withRetry(STANDARD.withMaxElapsed(ofMinutes(10))));

    recorder.assertExhausted();
  }

  // ---- Never ----

  @Test
  void retryNeverEndsWithTheFirstFailure() {
    listen(stream(opens().events(1, 1).cut()).withRetry(RetryPolicy.never()));

    recorder.assertEvents("1");
    assertEquals(Reason.RESET, recorder.takeFailure().reason());
  }

  @Test
  void retryNeverCompletesWithTheFirstConnection() {
    listen(stream(opens().events(1, 1).ends()).withRetry(RetryPolicy.never()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void retryNeverCompletesWithAnEmptyConnection() {
    listen(stream(opens().ends()).withRetry(RetryPolicy.never()));

    recorder.assertCompleted();
  }

  // ---- What the server asks for ----

  @ParameterizedTest
  @ValueSource(ints = {429, 503, 408, 500})
  void retryAfterIsALowerBound(int code) {
    for (int run = 0; run < 50; run++) {
      RetryLimitsTest one = new RetryLimitsTest();
      one.listen(one.stream(refuses(status(code, ofMinutes(2))), opens().declaresEnd()));

      // Longer than the cap, and up to a fifth more.
      assertBetween(ofMinutes(2), ofSeconds(144), one.transport.intervals().get(0));
    }
  }

  @Test
  void retryAfterIsSpread() {
    listenTo(refuses(status(503, ofSeconds(100))), 300);

    assertTrue(Collections.max(observer.delays()).compareTo(ofSeconds(118)) > 0);
    assertTrue(Collections.min(observer.delays()).compareTo(ofSeconds(102)) < 0);
  }

  @Test
  void retryAfterOfZeroDoesNotShortenTheDelay() {
    listenTo(refuses(status(503, Duration.ZERO)), 200);

    observer.delays().forEach(delay -> assertBetween(ofMillis(100), ofSeconds(30), delay));
  }

  @Test
  void retryAfterOfYearsIsLimitedToAnHour() {
    listen(stream(refuses(status(503, Duration.ofSeconds(Long.MAX_VALUE))), opens().declaresEnd()));

    assertBetween(ofHours(1), ofMinutes(72), transport.intervals().get(0));
  }

  @Test
  void limitOfRetryAfterCanBeSet() {
    listen(
        stream(refuses(status(503, ofHours(1))), opens().declaresEnd())
            .withRetry(STANDARD.withServerDelayLimit(ofMinutes(1))));

    assertBetween(ofMinutes(1), ofSeconds(72), transport.intervals().get(0));
  }

  @Test
  void retryAfterIsHonoredUnderEveryPolicy() {
    listen(
        stream(refuses(status(429, ofMinutes(2))), opens().declaresEnd())
            .withRetry(RetryPolicy.fixed(ofSeconds(1))));

    assertBetween(ofMinutes(2), ofSeconds(144), transport.intervals().get(0));
  }

  @Test
  void retryAfterBeyondTheTimeLimitGivesUpAtOnce() {
    listen(
        stream(refuses(status(429, ofHours(1)))).withRetry(STANDARD.withMaxElapsed(ofMinutes(10))));

    assertEquals(429, recorder.takeFailure().code());
    assertEquals(Duration.ZERO, time.elapsed());
  }

  @Test
  void waitIsReported() {
    time.at(
        ofSeconds(30),
        () -> {
          StreamState.Waiting waiting = (StreamState.Waiting) subscription().state();
          assertEquals(Reason.HTTP_STATUS, waiting.reason());
          assertEquals(503, waiting.cause().code());
          assertEquals(2, waiting.nextAttempt());
          assertEquals(waiting.delay().minus(ofSeconds(30)), subscription().nextAttemptIn());
        });

    listen(stream(refuses(status(503, ofMinutes(1))), opens().declaresEnd()));

    recorder.assertCompleted();
  }

  // ---- What makes no sense ----

  @Test
  void invalidValuesAreRejected() {
    assertRefused(
        "base must be positive but was PT0S",
        () -> RetryPolicy.exponential(Duration.ZERO, ofSeconds(1)));
    assertRefused(
        "cap must not be less than base but was PT1S with base PT2S",
        () -> RetryPolicy.exponential(ofSeconds(2), ofSeconds(1)));
    assertRefused("delay must be positive but was PT-1S", () -> RetryPolicy.fixed(ofSeconds(-1)));
    assertRefused("attempts must be at least 1 but was 0", () -> STANDARD.withMaxAttempts(0));
    assertRefused(
        "limit must be positive but was PT0S", () -> STANDARD.withMaxElapsed(Duration.ZERO));
    assertRefused("floor must be positive but was PT0S", () -> STANDARD.withFloor(Duration.ZERO));
    assertRefused(
        "limit must be positive but was PT0S", () -> STANDARD.withServerDelayLimit(Duration.ZERO));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  private void listenTo(ConnectionScript script, int attempts) {
    observer.onCall(
        line -> {
          if (observer.delays().size() == attempts) {
            recorder.close();
          }
        });
    listen(stream(ScriptedTransport.endless(time, attempt -> script)));
    assertEquals(List.of(), recorder.events());
  }

  private static void assertBetween(Duration least, Duration most, Duration actual) {
    assertTrue(
        actual.compareTo(least) >= 0 && actual.compareTo(most) <= 0,
        () -> "expected " + least + " to " + most + " but was " + actual);
  }
}
