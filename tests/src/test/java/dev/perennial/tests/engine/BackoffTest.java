package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.spi.Attempt;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How long to wait before an attempt, and when the next failure counts as the first again. */
class BackoffTest extends EngineTest {
  private static final ConnectionScript REFUSED = refuses(new ConnectException("refused"));

  @Test
  void delayIsRandomUpToACeilingThatDoubles() {
    List<Long> ceilings = List.of(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
    for (int run = 0; run < 200; run++) {
      BackoffTest one = new BackoffTest();
      one.listenFor(7, attempt -> REFUSED);

      for (int i = 0; i < 7; i++) {
        long delay = one.observer.delays().get(i).toMillis();
        assertTrue(delay >= 100 && delay <= ceilings.get(i), i + ": " + delay + " " + one.time);
      }
    }
  }

  @Test
  void waitLastsAsLongAsWasReported() {
    listenFor(100, attempt -> REFUSED);

    assertEquals(observer.delays().subList(0, 100), transport.intervals());
  }

  @Test
  void jitterIsFullAtTheCapToo() {
    // Equal jitter, or a clamp after the jitter, would bring a fleet back in lock-step.
    listenFor(5_000, attempt -> REFUSED);
    List<Duration> atCap = observer.delays().subList(5, 5_000);

    int[] thirds = new int[3];
    atCap.forEach(delay -> thirds[(int) Math.min(2, delay.toMillis() / 10_000)]++);
    for (int third : thirds) {
      assertTrue(Math.abs(third - 1_665) < 200, () -> List.of(thirds[0], thirds[1]) + " " + time);
    }
    assertTrue(Collections.max(atCap).compareTo(ofSeconds(30)) <= 0);
  }

  @Test
  void delayIsNeverBelowTheFloor() {
    policy = RetryPolicy.exponential(ofMillis(10), ofMillis(20)).withFloor(ofSeconds(1));
    listenFor(20, attempt -> REFUSED);

    observer.delays().forEach(delay -> assertBetween(ofSeconds(1), ofMillis(1_200), delay));
  }

  @Test
  void fixedDelayIsSpreadByOneFifth() {
    policy = RetryPolicy.fixed(ofSeconds(10));
    listenFor(500, attempt -> REFUSED);

    observer.delays().forEach(delay -> assertBetween(ofSeconds(10), ofSeconds(12), delay));
    assertTrue(Collections.max(observer.delays()).compareTo(ofMillis(11_800)) > 0);
    assertTrue(Collections.min(observer.delays()).compareTo(ofMillis(10_200)) < 0);
  }

  @Test
  void floorAppliesToAFixedDelayToo() {
    policy = RetryPolicy.fixed(ofMillis(1)).withFloor(ofSeconds(1));
    listenFor(20, attempt -> REFUSED);

    observer.delays().forEach(delay -> assertBetween(ofSeconds(1), ofMillis(1_200), delay));
  }

  @Test
  void crashLoopBacksOff() {
    // 200, one event, cut after a fifth of a second.
    listenFor(50, attempt -> newEvent(attempt).silence(ofMillis(200)).cut());

    assertEquals(50, lastAttempt());
    assertTrue(time.elapsed().compareTo(ofMinutes(5)) > 0, time::toString);
  }

  @Test
  void openingAloneDoesNotResetTheBackoff() {
    listenFor(20, attempt -> opens().silence(ofSeconds(59)).cut());

    assertEquals(20, lastAttempt());
  }

  @Test
  void minuteOpenResetsTheBackoff() {
    listenFor(20, attempt -> opens().silence(ofSeconds(60)).cut());

    assertEquals(2, lastAttempt());
  }

  @Test
  void cutsOfAWorkingStreamDoNotLengthenTheDelay() {
    // An event each second, a cut every three to ten seconds, for an hour.
    listenFor(
        500,
        attempt ->
            opens()
                .times(
                    (int) (3 + attempt.connection() % 8),
                    c -> c.silence(ofSeconds(1)).event(nextId(), "e"))
                .cut());

    assertEquals(2, lastAttempt());
    observer.delays().forEach(delay -> assertBetween(ofMillis(100), ofSeconds(1), delay));
  }

  @Test
  void progressCountsFromTheCeilingOfTheLastWait() {
    // After three failures the ceiling is 8 s: progress before that is not lasting.
    listenFor(
        6,
        attempt ->
            attempt.connection() <= 3
                ? REFUSED
                : opens().silence(ofMillis(7_999)).event(nextId(), "e").cut());

    assertEquals(List.of(1, 2, 3, 4, 5, 6), attempts());
  }

  @Test
  void progressAtTheCeilingOfTheLastWaitResetsTheBackoff() {
    listenFor(
        6,
        attempt ->
            attempt.connection() <= 3
                ? REFUSED
                : opens().silence(ofSeconds(8)).event(nextId(), "e").cut());

    assertEquals(List.of(1, 2, 3, 4, 2, 2), attempts());
  }

  @Test
  void tenSecondsAreAlwaysEnoughForProgress() {
    listenFor(
        22,
        attempt ->
            attempt.connection() <= 20
                ? REFUSED
                : opens().silence(ofSeconds(10)).event(nextId(), "e").cut());

    assertEquals(2, lastAttempt());
  }

  @Test
  void replaysDoNotCountAsProgress() {
    listenFor(10, attempt -> opens().silence(ofSeconds(20)).event("1", "the same").cut());

    assertEquals(10, lastAttempt());
  }

  @Test
  void heartbeatsDoNotCountAsProgress() {
    listenFor(10, attempt -> opens().silence(ofSeconds(20)).heartbeat().cut());

    assertEquals(10, lastAttempt());
  }

  @Test
  void cleanEndAfterProgressDoesNotCountAsAFailure() {
    // A server that ends each connection after ten events is working as it means to.
    listenFor(
        200, attempt -> opens().times(10, c -> c.event(nextId(), "e")).silence(ofMillis(1)).ends());

    assertEquals(1, lastAttempt());
    observer.delays().forEach(delay -> assertBetween(ofMillis(100), ofSeconds(1), delay));
  }

  @Test
  void cleanEndWithoutProgressDoesNotCountAsAFailure() {
    // A server that polls: it answers, has nothing new, and ends.
    listenFor(200, attempt -> opens().ends());

    assertEquals(1, lastAttempt());
    observer.delays().forEach(delay -> assertBetween(ofMillis(100), ofSeconds(1), delay));
  }

  @Test
  void cleanEndResetsTheBackoff() {
    listenFor(100, attempt -> attempt.connection() % 10 == 0 ? opens().ends() : REFUSED);

    assertEquals(10, transport.attempts().stream().mapToInt(a -> a.number()).max().orElseThrow());
  }

  @Test
  void cutDuringABacklogDoesNotLengthenTheDelay() {
    listenFor(
        100,
        attempt -> opens().times(1_000, c -> c.event(nextId(), "e")).silence(ofMillis(50)).cut());

    assertEquals(2, lastAttempt());
    observer.delays().forEach(delay -> assertBetween(ofMillis(100), ofSeconds(1), delay));
  }

  @Test
  void backlogResetsTheBackoffOfEarlierFailures() {
    listenFor(
        20,
        attempt ->
            attempt.connection() <= 8
                ? REFUSED
                : opens().times(4, c -> c.event(nextId(), "e")).silence(ofMillis(50)).cut());

    // Four events forgive two failures, and each cut is one: 9 attempts had failed, then 8, ...
    assertEquals(2, lastAttempt());
  }

  @Test
  void eventsThatTheNextConnectionRepeatsForgiveNoFailure() {
    // A snapshot at the start of each connection, without ids.
    listenFor(
        10, attempt -> opens().times(1_000, c -> c.event(null, "e")).silence(ofMillis(50)).cut());

    assertEquals(10, lastAttempt());
  }

  @Test
  void hundredFailuresAfterAGoodMinuteStartAtTheBase() {
    listenFor(
        100,
        attempt ->
            attempt.connection() == 50 ? newEvent(attempt).silence(ofMinutes(2)).cut() : REFUSED);

    assertEquals(51, lastAttempt());
    Duration first = observer.delays().get(49);
    assertBetween(ofMillis(100), ofSeconds(1), first);
  }

  @Test
  void serverSetsTheBase() {
    listenFor(
        300,
        attempt ->
            attempt.connection() % 2 == 1
                ? opens().retry(ofSeconds(5)).event(nextId(), "e").silence(ofMinutes(1)).cut()
                : opens().event(nextId(), "e").silence(ofMinutes(1)).cut());

    assertEquals(2, lastAttempt());
    observer.delays().forEach(delay -> assertBetween(ofSeconds(5), ofSeconds(6), delay));
    assertTrue(Collections.max(observer.delays()).compareTo(ofMillis(5_800)) > 0);
  }

  @Test
  void serverCannotAskForLessThanATenthOfASecond() {
    policy = RetryPolicy.exponential(ofSeconds(1), ofSeconds(30)).withFloor(ofMillis(1));
    listenFor(
        300,
        attempt -> opens().retry(Duration.ZERO).event(nextId(), "e").silence(ofMinutes(1)).cut());

    observer.delays().forEach(delay -> assertBetween(ofMillis(100), ofMillis(120), delay));
  }

  @Test
  void serverCannotSetABaseOfYears() {
    listenFor(
        300,
        attempt ->
            opens()
                .retry(Duration.ofSeconds(Long.MAX_VALUE))
                .event(nextId(), "e")
                .silence(ofHours(1))
                .cut());

    observer.delays().forEach(delay -> assertBetween(ofHours(1), ofMinutes(72), delay));
  }

  @Test
  void serversDelayIsALowerBoundAfterARefusalAndForAFixedDelayToo() {
    policy = RetryPolicy.fixed(ofMillis(100));
    listenFor(
        20,
        attempt ->
            attempt.connection() == 1
                ? opens().retry(ofSeconds(3)).event(nextId(), "e").cut()
                : refuses(status(503)));

    observer.delays().forEach(delay -> assertBetween(ofSeconds(3), ofMillis(3_600), delay));
  }

  @Test
  void backoffGrowsFromTheServersDelay() {
    listenFor(
        60,
        attempt ->
            attempt.connection() == 1
                ? opens().retry(ofMillis(500)).event(nextId(), "e").cut()
                : refuses(status(503)));

    assertBetween(ofMillis(500), ofMillis(600), observer.delays().get(0));
    assertBetween(ofMillis(500), ofSeconds(1), observer.delays().get(1));
    assertBetween(ofMillis(500), ofSeconds(2), observer.delays().get(2));
    assertTrue(Collections.max(observer.delays()).compareTo(ofSeconds(20)) > 0);
  }

  @Test
  void wakeDoesNotSkipTheServersDelay() {
    time.at(ofMinutes(1).plusMillis(1), () -> subscription().wake());
    listenFor(
        1, attempt -> opens().retry(ofSeconds(9)).event(nextId(), "e").silence(ofMinutes(1)).cut());

    Duration wait = transport.intervals().get(0).minus(ofMinutes(1));
    assertBetween(ofSeconds(9), ofMillis(10_800), wait);
  }

  @Test
  void serversBaseDoesNotResetTheCountOfFailures() {
    listenFor(10, attempt -> opens().retry(ofSeconds(2)).cut());

    assertEquals(10, lastAttempt());
  }

  private RetryPolicy policy = RetryPolicy.exponential(ofSeconds(1), ofSeconds(30));
  private int ids;

  /** Follows a stream until so many attempts have failed. */
  private void listenFor(int attempts, Function<Attempt, ConnectionScript> scripts) {
    observer.onCall(
        line -> {
          if (line.startsWith("retryScheduled") && observer.delays().size() == attempts + 1) {
            recorder.close();
          }
        });
    EventStream<String> stream = stream(ScriptedTransport.endless(time, scripts));
    listen(stream.withRetry(policy).withStaleAfter(ofHours(1)));
    assertEquals(attempts + 1, transport.attempts().size());
  }

  private ConnectionScript newEvent(Attempt attempt) {
    return opens().event("of connection " + attempt.connection(), "e");
  }

  private String nextId() {
    ids++;
    return Integer.toString(ids);
  }

  private List<Integer> attempts() {
    return transport.attempts().stream().limit(6).map(attempt -> attempt.number()).toList();
  }

  /** The number of the last attempt that was followed to its end. */
  private int lastAttempt() {
    return transport.attempts().get(transport.attempts().size() - 2).number();
  }

  private static void assertBetween(Duration least, Duration most, Duration actual) {
    assertTrue(
        actual.compareTo(least) >= 0 && actual.compareTo(most) <= 0,
        () -> "expected " + least + " to " + most + " but was " + actual);
  }
}
