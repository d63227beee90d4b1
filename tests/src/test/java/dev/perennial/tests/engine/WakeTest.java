package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.hangs;
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
import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import java.net.ConnectException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The network is back, the app came to the front. */
class WakeTest extends EngineTest {
  private static final RetryPolicy EVERY_TEN_MINUTES = RetryPolicy.fixed(ofMinutes(10));

  @Test
  void wakeEndsAWaitWithinAQuarterOfASecond() {
    wakeAt(ofSeconds(5));

    listen(refusedOnce());

    Duration second = transport.intervals().get(0);
    assertTrue(second.compareTo(ofSeconds(5)) >= 0, second::toString);
    assertTrue(second.compareTo(ofMillis(5_250)) < 0, second::toString);
    recorder.assertCompleted();
  }

  @Test
  void wakesOfAFleetAreSpread() {
    Set<Duration> starts = new HashSet<>();
    for (int client = 0; client < 100; client++) {
      WakeTest one = new WakeTest();
      one.wakeAt(ofSeconds(5));
      one.listen(one.refusedOnce());
      starts.add(one.transport.intervals().get(0));
    }

    assertTrue(starts.size() > 90, () -> "seconds attempts at " + starts);
  }

  @Test
  void wakeDoesNotProlongAWaitThatIsAlmostOver() {
    List<Duration> delays = observer.delays();
    recorder.onState(
        state -> {
          if (state instanceof StreamState.Waiting waiting) {
            time.after(waiting.delay().minusMillis(1), () -> subscription().wake());
          }
        });

    listen(refusedOnce());

    assertEquals(List.of(), delays);
    assertEquals(observer.delays(), transport.intervals());
  }

  @Test
  void wakeShortensTheWaitThatIsReported() {
    time.at(ofSeconds(5), () -> assertTrue(left().compareTo(ofMinutes(9)) > 0));
    wakeAt(ofSeconds(5));
    time.at(ofSeconds(5), () -> assertTrue(left().compareTo(ofMillis(250)) <= 0));

    listen(refusedOnce());
  }

  @Test
  void wakeHonorsTheServersDelay() {
    for (int second = 1; second < 120; second++) {
      wakeAt(ofSeconds(second));
    }

    listen(
        stream(refuses(status(503, ofMinutes(1))), opens().declaresEnd())
            .withRetry(EVERY_TEN_MINUTES));

    Duration second = transport.intervals().get(0);
    assertTrue(second.compareTo(ofMinutes(1)) >= 0, second::toString);
    assertTrue(second.compareTo(ofSeconds(72).plusMillis(250)) <= 0, second::toString);
  }

  @Test
  void wakeDoesNotResetTheCountOfFailures() {
    wakeAt(ofSeconds(5));
    ConnectionScript refused = refuses(new ConnectException("refused"));

    listen(stream(refused, refused, opens().declaresEnd()).withRetry(EVERY_TEN_MINUTES));

    assertEquals(
        List.of("connecting 1", "connecting 2", "connecting 3"), observer.lines("connecting"));
  }

  @Test
  void wakeBeforeAWaitDoesNotShortenIt() {
    wakeAt(ofSeconds(1));

    listen(
        stream(opens().events(1, 1).silence(ofSeconds(2)).cut(), opens().declaresEnd())
            .withRetry(EVERY_TEN_MINUTES));

    assertEquals(List.of(ofSeconds(2).plus(observer.delays().get(0))), transport.intervals());
  }

  @Test
  void wakeLeavesAHealthyConnectionAlone() {
    wakeAt(ofMinutes(1));
    wakeAt(ofMinutes(4));

    listen(stream(opens().events(1, 1).silence(ofMinutes(4).plusSeconds(59)).declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void connectionThatSleptThroughItsLimitIsReplaced() {
    time.at(ofMinutes(1), () -> time.suspend(ofMinutes(30)));
    wakeAt(ofMinutes(31));

    listen(stream(opens().events(1, 1), opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    assertEquals("disconnected STALE", observer.lines("disconnected").get(0));
    Duration wait = observer.delays().get(0);
    assertEquals(ofMinutes(31).plusSeconds(1).plus(wait), transport.intervals().get(0));
  }

  @Test
  void connectionThatProvesItselfAfterASleepIsKept() {
    time.at(ofMinutes(1), () -> time.suspend(ofMinutes(30)));
    wakeAt(ofMinutes(31));

    listen(
        stream(
            opens()
                .events(1, 1)
                .silence(ofMinutes(31).plusMillis(900))
                .heartbeat()
                .silence(ofMinutes(1))
                .declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void manyWakesDoNotPutTheJudgementOff() {
    time.at(ofMinutes(1), () -> time.suspend(ofMinutes(30)));
    for (int i = 0; i < 100; i++) {
      wakeAt(ofMinutes(31).plusMillis(100L * i));
    }

    listen(stream(opens().events(1, 1), opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    assertTrue(
        transport.intervals().get(0).compareTo(ofMinutes(31).plusSeconds(3)) < 0,
        () -> "intervals " + transport.intervals());
  }

  @Test
  void wakeLeavesAPausedConnectionAlone() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(ofHours(1), () -> observer.subscription().wake());
    time.at(ofHours(2), () -> one.request(2));

    stream(opens().events(1, 2).declaresEnd()).subscribe(one.subscriber());
    run();

    one.assertEvents("1", "2");
    one.assertCompleted();
  }

  @Test
  void wakeLeavesAConnectionAloneThatIsReadAgainAfterAPause() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(ofHours(1), () -> one.request(2));
    time.at(ofHours(1).plusSeconds(5), () -> observer.subscription().wake());

    stream(opens().events(1, 1).silence(ofMinutes(62)).events(2, 2).declaresEnd())
        .subscribe(one.subscriber());
    run();

    one.assertEvents("1", "2");
    one.assertCompleted();
  }

  @Test
  void wakeLeavesAConnectionAloneWhoseConsumerWasSlow() {
    recorder.onEvent(event -> time.pass(ofHours(1)));
    wakeAt(ofMinutes(30));
    wakeAt(ofHours(1).plusSeconds(5));

    listen(stream(opens().events(1, 1).silence(ofMinutes(62)).declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void closeAfterAWakeLeavesNoTimer() {
    time.at(ofMinutes(1), () -> time.suspend(ofMinutes(30)));
    wakeAt(ofMinutes(31));
    closeAt(ofMinutes(31).plusMillis(1));

    listen(stream(opens().events(1, 1)));

    assertEquals(0, time.pendingTimers());
  }

  @Test
  void wakeIsHarmlessInEveryOtherState() {
    recorder.onSubscribed(subscribed -> subscription().wake());
    recorder.onEnd(end -> subscription().wake());
    wakeAt(ofSeconds(1));

    listen(stream(hangs(), opens().declaresEnd()));
    subscription().wake();

    recorder.assertCompleted();
  }

  private void wakeAt(Duration sinceStart) {
    time.at(sinceStart, () -> subscription().wake());
  }

  private Duration left() {
    return subscription().nextAttemptIn();
  }

  private EventStream<String> refusedOnce() {
    return stream(refuses(new ConnectException("refused")), opens().declaresEnd())
        .withRetry(EVERY_TEN_MINUTES);
  }
}
