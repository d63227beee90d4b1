package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection without a byte for too long is dead; one that is not being read is not. */
class SilenceTest extends EngineTest {
  private static final Duration MILLI = ofMillis(1);

  @Test
  void withoutAHeartbeatFiveMinutesAreAllowed() {
    listen(stream(opens().events(1, 1).silence(ofMinutes(5).minus(MILLI)).events(2, 2), end()));

    recorder.assertEvents("1", "2");
    assertStaleAfter(ofMinutes(10).minus(MILLI));
  }

  @Test
  void withoutAHeartbeatFiveMinutesAreTooLong() {
    listen(stream(opens().events(1, 1).silence(ofMinutes(5)).events(2, 2), end()));

    assertStaleAfter(ofMinutes(5));
    recorder.assertEvents("1");
  }

  @Test
  void threeHeartbeatsMayBeMissed() {
    listen(
        stream(
            opens()
                .silence(ofSeconds(40))
                .heartbeat()
                .silence(ofSeconds(120).minus(MILLI))
                .events(1, 1),
            end()));

    recorder.assertEvents("1");
    assertStaleAfter(ofSeconds(40 + 120 + 120).minus(MILLI));
  }

  @Test
  void minuteIsAlwaysAllowed() {
    listen(
        stream(
            opens()
                .times(3, c -> c.silence(ofSeconds(5)).heartbeat())
                .silence(ofSeconds(60).minus(MILLI))
                .events(1, 1),
            end()));

    recorder.assertEvents("1");
    assertStaleAfter(ofSeconds(15 + 60 + 60).minus(MILLI));
  }

  @Test
  void longestIntervalCounts() {
    listen(
        stream(
            opens()
                .silence(ofSeconds(30))
                .heartbeat()
                .silence(ofSeconds(80))
                .heartbeat()
                .silence(ofSeconds(30))
                .heartbeat(),
            end()));

    assertStaleAfter(ofSeconds(140 + 240));
  }

  @Test
  void learnedSilenceLimitAppliesToTheNextConnection() {
    listen(
        stream(
            opens().silence(ofSeconds(30)).heartbeat().ends(),
            opens().silence(ofSeconds(90).minus(MILLI)).declaresEnd()));

    recorder.takeGap();
    recorder.assertCompleted();
  }

  @Test
  void fixedLimitIsExact() {
    listen(
        stream(
                opens()
                    .silence(ofSeconds(10).minus(MILLI))
                    .heartbeat()
                    .silence(ofSeconds(10))
                    .heartbeat(),
                end())
            .withStaleAfter(ofSeconds(10)));

    assertStaleAfter(ofSeconds(20).minus(MILLI));
  }

  @Test
  void heartbeatsAloneKeepAConnectionOpen() {
    listen(
        stream(
            opens().times(24 * 60 * 4, c -> c.silence(ofSeconds(15)).heartbeat()).declaresEnd()));

    recorder.assertCompleted();
    assertEquals(ofDays(1), time.elapsed());
    assertEquals(24 * 60 * 4, observer.lines("heartbeat").size());
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void greetingDoesNotTeachAnInterval() {
    // A comment at once upon opening, such as ":ok", says nothing about heartbeats to come.
    listen(
        stream(
            opens().heartbeat().silence(ofMinutes(5).minus(MILLI)).events(1, 1).heartbeat(),
            end()));

    recorder.assertEvents("1");
    assertStaleAfter(ofMinutes(10).minus(MILLI));
  }

  @Test
  void heartbeatAfterAnEventDoesNotTeachAnInterval() {
    listen(
        stream(
            opens()
                .silence(ofSeconds(30))
                .events(1, 1)
                .heartbeat()
                .silence(ofMinutes(5).minus(MILLI))
                .events(2, 2),
            end()));

    recorder.assertEvents("1", "2");
    assertStaleAfter(ofSeconds(30 + 600).minus(MILLI));
  }

  @Test
  void intervalOfTimedHeartbeatsIsLearnedAfterOneMistake() {
    // Every two minutes, whatever else comes: among events the silences look short.
    listen(
        stream(
            opens()
                .times(
                    3,
                    c -> c.silence(ofSeconds(117)).events(1, 1).silence(ofSeconds(3)).heartbeat())
                .silence(ofMinutes(2))
                .heartbeat(),
            opens().times(10, c -> c.silence(ofMinutes(2)).heartbeat()).declaresEnd()));

    assertEquals(List.of("disconnected STALE", "disconnected ENDED"), disconnections());
  }

  @Test
  void deadConnectionUnlearnsNothingForLong() {
    listen(
        stream(
            opens().silence(ofSeconds(30)).heartbeat(),
            opens().silence(ofSeconds(10)).heartbeat(),
            end()));

    assertStaleAfter(ofMinutes(2));
    assertEquals(ofSeconds(10 + 90).plus(observer.delays().get(1)), transport.intervals().get(1));
  }

  @Test
  void consumerThatPausesIsNotDisconnected() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(
        ofMinutes(49),
        () -> assertEquals(new StreamState.Open(1, true), observer.subscription().state()));
    time.at(ofMinutes(50), () -> one.request(2));

    stream(opens().events(1, 1).silence(ofMinutes(54)).events(2, 2).declaresEnd())
        .subscribe(one.subscriber());
    run();

    one.assertEvents("1", "2");
    one.assertCompleted();
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void consumerThatIsSlowIsNotDisconnected() {
    recorder.onEvent(event -> time.pass(ofMinutes(50)));

    listen(stream(opens().events(1, 3).silence(ofMinutes(154)).events(4, 4).declaresEnd()));

    recorder.assertEvents("1", "2", "3", "4");
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void slowConsumerTeachesNoSilence() {
    recorder.onEvent(event -> time.pass(ofMinutes(50)));

    listen(
        stream(opens().times(200, c -> c.silence(ofSeconds(15)).heartbeat()).events(1, 1), end()));
    Duration quiet = endOfFirst().minus(ofMinutes(50)).minus(ofMinutes(50));

    assertEquals(ofSeconds(60), quiet);
  }

  @Test
  void heartbeatsThatWaitedForASlowConsumerTeachNoSilence() {
    recorder.onEvent(event -> time.pass(ofMinutes(50)));

    listen(
        stream(opens().events(1, 1).times(200, c -> c.silence(ofSeconds(15)).heartbeat()), end()));

    assertStaleAfter(ofMinutes(55));
  }

  @Test
  void heartbeatsThatWaitedForAPausedConsumerTeachNoSilence() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(ofMinutes(50), () -> one.request(1));

    stream(
            opens().events(1, 1).times(200, c -> c.silence(ofSeconds(15)).heartbeat()),
            opens().declaresEnd())
        .subscribe(one.subscriber());
    run();

    assertStaleAfter(ofMinutes(55));
  }

  @Test
  void bytesThatWaitedAreReadBeforeTheSilenceIsJudged() {
    // A garbage collection of ten seconds while the limit passes.
    time.at(ofSeconds(58), () -> time.stall(ofSeconds(10)));

    listen(
        stream(opens().events(1, 1).silence(ofSeconds(59)).events(2, 2).declaresEnd())
            .withStaleAfter(ofSeconds(60)));

    recorder.assertEvents("1", "2");
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void staleConnectionIsClosedAndResumed() {
    listen(stream(opens().events(1, 2), opens().events(3, 3).declaresEnd()));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals("2", transport.cursors().get(1));
    StreamState.Waiting waiting = (StreamState.Waiting) recorder.states().get(2);
    assertEquals(Reason.STALE, waiting.reason());
    assertEquals(
        "Expected a byte from the stream within 5 min but got none", waiting.cause().getMessage());
    assertTrue(waiting.delay().compareTo(ofSeconds(1)) <= 0);
  }

  @Test
  void ageOfTheLastByteIsReported() {
    time.at(ofSeconds(25), () -> assertEquals(ofSeconds(15), subscription().lastByteAge()));
    closeAt(ofHours(1));

    listen(
        stream(ScriptedTransport.endless(time, a -> opens().silence(ofSeconds(10)).heartbeat())));
  }

  private static ConnectionScript end() {
    return opens().declaresEnd();
  }

  private List<String> disconnections() {
    return observer.lines("disconnected");
  }

  /** The first connection was taken for dead at this time. */
  private void assertStaleAfter(Duration sinceStart) {
    assertEquals("disconnected STALE", disconnections().get(0));
    assertEquals(sinceStart, endOfFirst());
  }

  private Duration endOfFirst() {
    Duration second = transport.attempts().get(1).startedAt();
    return second.minus(observer.delays().get(0)).plus(ZERO);
  }
}
