package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.hangs;
import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Disconnected on purpose, in each state, to resume from the position. */
class ParkTest extends EngineTest {

  @Test
  void parkDisconnectsAndUnparkResumes() {
    parkAt(ofMinutes(1), ofHours(5));

    listen(stream(opens().events(1, 2), opens().events(3, 3).declaresEnd()));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals(Arrays.asList(null, "2"), transport.cursors());
    assertEquals(List.of(ofHours(5)), transport.intervals());
    assertEquals(
        List.of(
            new StreamState.Connecting(1),
            new StreamState.Open(1, false),
            new StreamState.Parked(),
            new StreamState.Connecting(1),
            new StreamState.Open(2, false)),
        recorder.states());
  }

  @Test
  void parkDoesNotStartTheSubscriptionOver() {
    recorder.onSubscribed(subscribed -> subscription().park());
    time.at(ofMinutes(5), () -> subscription().unpark());

    listen(stream(opens().declaresEnd()));

    assertEquals(List.of(ofMinutes(5)), startTimes());
    recorder.assertCompleted();
  }

  @Test
  void parkWhileConnectingGivesTheAttemptUp() {
    parkAt(ofSeconds(5), ofMinutes(1));

    listen(stream(hangs(), opens().declaresEnd()));

    assertEquals(List.of(ZERO, ofMinutes(1)), startTimes());
    assertEquals(List.of("disconnected ENDED"), observer.lines("disconnected").subList(0, 1));
    recorder.assertCompleted();
  }

  @Test
  void parkWhileWaitingEndsTheWait() {
    parkAt(ofSeconds(1), ofMinutes(1));

    listen(stream(refuses(status(503, ofSeconds(10))), opens().declaresEnd()));

    assertEquals(List.of(ZERO, ofMinutes(1)), startTimes());
    recorder.assertCompleted();
  }

  @Test
  void parkWhilePausedIsNotHeldUpByTheConsumer() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(ofMinutes(1), () -> observer.subscription().park());
    time.at(ofMinutes(1), transport::assertAllClosed);
    time.at(ofMinutes(2), () -> one.request(9));
    time.at(ofMinutes(3), () -> observer.subscription().unpark());

    stream(opens().events(1, 2), opens().events(2, 2).declaresEnd()).subscribe(one.subscriber());
    run();

    one.assertEvents("1", "2");
    one.assertCompleted();
    assertEquals(Arrays.asList(null, "1"), transport.cursors());
  }

  @Test
  void parkWithinACallbackHoldsAtOnce() {
    recorder.onEvent(
        event -> {
          if (event.data().equals("1")) {
            subscription().park();
          }
        });
    time.at(ofMinutes(1), () -> subscription().unpark());

    listen(stream(opens().events(1, 2), opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    assertEquals(Arrays.asList(null, "1"), transport.cursors());
  }

  @Test
  void parkIsIdempotentAndSoIsUnpark() {
    parkAt(ofSeconds(1), ofSeconds(30));
    parkAt(ofSeconds(2), ofSeconds(31));
    time.at(ofSeconds(3), () -> assertEquals(new StreamState.Parked(), subscription().state()));
    closeAt(ofMinutes(1));

    listen(stream(opens().events(1, 1), opens()));

    assertEquals(List.of(ZERO, ofSeconds(30)), startTimes());
  }

  @Test
  void unparkBeforeTheEngineLooksUpReconnectsOnce() {
    time.at(
        ofSeconds(1),
        () -> {
          subscription().park();
          subscription().unpark();
        });

    listen(stream(opens().events(1, 1), opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    assertEquals(List.of(ZERO, ofSeconds(1)), startTimes());
    assertEquals(List.of(), recorder.states().stream().filter(this::isParked).toList());
  }

  @Test
  void wakeDoesNotEndAPark() {
    parkAt(ofSeconds(1), ofHours(1));
    time.at(ofSeconds(2), () -> subscription().wake());

    listen(stream(opens().events(1, 1), opens().declaresEnd()));

    assertEquals(List.of(ZERO, ofHours(1)), startTimes());
  }

  @Test
  void closeEndsAPark() {
    time.at(ofSeconds(1), () -> subscription().park());
    closeAt(ofHours(1));

    listen(stream(opens().events(1, 1)));

    assertEquals(new StreamState.Closed(null), subscription().state());
    recorder.assertEvents("1");
    recorder.assertExhausted();
  }

  @Test
  void parkIsReportedWhileItLasts() {
    parkAt(ofSeconds(1), ofHours(1));
    time.at(
        ofSeconds(2),
        () -> {
          assertEquals(new StreamState.Parked(), subscription().state());
          assertNull(subscription().nextAttemptIn());
          assertNull(subscription().lastByteAge());
          assertEquals(1, subscription().connection());
          assertEquals("1", subscription().cursor());
        });

    listen(stream(opens().events(1, 1), opens().declaresEnd()));

    recorder.assertEvents("1");
  }

  @Test
  void unparkHonorsTheServersDelay() {
    parkAt(ofSeconds(1), ofSeconds(2));
    time.at(
        ofSeconds(3), () -> assertInstanceOf(StreamState.Waiting.class, subscription().state()));

    listen(stream(refuses(status(503, ofMinutes(10))), opens().declaresEnd()));

    Duration second = startTimes().get(1);
    assertTrue(second.compareTo(ofMinutes(10)) >= 0, second::toString);
    assertTrue(second.compareTo(ofMinutes(12)) <= 0, second::toString);
    recorder.assertCompleted();
  }

  @Test
  void parkingRepeatedlyHonorsTheServersDelay() {
    for (int i = 1; i < 100; i++) {
      parkAt(ofSeconds(2L * i), ofSeconds(2L * i + 1));
    }

    listen(stream(refuses(status(429, ofMinutes(10))), opens().declaresEnd()));

    Duration second = startTimes().get(1);
    assertTrue(second.compareTo(ofMinutes(10)) >= 0, second::toString);
  }

  @Test
  void parkKeepsCountOfFailures() {
    ConnectionScript refused = refuses(new ConnectException("refused"));
    parkAt(ofMillis(1), ofMinutes(1));

    listen(stream(refused, refused, opens().declaresEnd()));

    assertEquals(
        List.of("connecting 1", "connecting 2", "connecting 3"), observer.lines("connecting"));
  }

  @Test
  void connectionThatHeldMakesTheNextFailureTheFirst() {
    ConnectionScript refused = refuses(new ConnectException("refused"));
    parkAt(ofMinutes(3), ofMinutes(4));

    listen(stream(refused, refused, refused, opens().events(1, 1), refused, opens().declaresEnd()));

    assertEquals(
        List.of(1, 2, 3, 4, 1, 2),
        transport.attempts().stream().map(attempt -> attempt.number()).toList());
  }

  private void parkAt(Duration park, Duration unpark) {
    time.at(park, () -> subscription().park());
    time.at(unpark, () -> subscription().unpark());
  }

  private boolean isParked(StreamState state) {
    return state instanceof StreamState.Parked;
  }

  private List<Duration> startTimes() {
    return transport.attempts().stream().map(attempt -> attempt.startedAt()).toList();
  }
}
