package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection that lives and brings nothing. */
class StalledTest extends EngineTest {

  @Test
  void heartbeatsAloneDoNotKeepAStalledConnection() {
    ConnectionScript alive = opens().events(1, 1);
    for (int i = 0; i < 100; i++) {
      alive.silence(ofSeconds(5)).heartbeat();
    }

    listen(stream(alive, opens().events(2, 2).declaresEnd()).withStalledAfter(ofSeconds(60)));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
    assertEquals(List.of("disconnected STALLED", "disconnected ENDED"), disconnects());
    Duration first = transport.attempts().get(1).startedAt();
    assertEquals(true, first.compareTo(ofSeconds(60)) >= 0 && first.compareTo(ofSeconds(66)) < 0);
  }

  @Test
  void eventsAndReplaysKeepIt() {
    ConnectionScript busy = opens();
    for (int id = 1; id <= 10; id++) {
      busy.silence(ofSeconds(50)).events(id, id);
    }

    listen(stream(busy.declaresEnd()).withStalledAfter(ofSeconds(60)));

    assertEquals(10, recorder.events().size());
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void silentConnectionIsStalledToo() {
    listen(stream(opens().events(1, 1), opens().declaresEnd()).withStalledAfter(ofSeconds(60)));

    assertEquals("disconnected STALLED", disconnects().get(0));
  }

  @Test
  void silenceLimitThatIsShorterComesFirst() {
    listen(
        stream(opens().events(1, 1), opens().declaresEnd())
            .withStalledAfter(ofSeconds(60))
            .withStaleAfter(ofSeconds(20)));

    assertEquals("disconnected STALE", disconnects().get(0));
  }

  @Test
  void consumerThatPausesIsNotDisconnected() {
    EventRecorder<String> slow = EventRecorder.requesting(1);
    for (int minute = 10; minute <= 40; minute += 10) {
      time.at(ofMinutes(minute), () -> slow.request(1));
    }
    time.at(ofMinutes(50), slow::close);

    stream(opens().events(1, 9)).withStalledAfter(ofSeconds(60)).subscribe(slow.subscriber());
    run();

    slow.assertEvents("1", "2", "3", "4", "5");
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void reasonIsStalled() {
    listen(
        stream(opens().events(1, 1))
            .withStalledAfter(ofSeconds(60))
            .withRetry(dev.perennial.RetryPolicy.never()));

    recorder.assertEvents("1");
    dev.perennial.StreamException failure = recorder.takeFailure();
    assertEquals(Reason.STALLED, failure.reason());
    assertEquals(
        "Expected an event from the stream within 1 min but got none", failure.getMessage());
  }

  @Test
  void limitHasToBePositive() {
    assertThrows(IllegalArgumentException.class, () -> stream().withStalledAfter(Duration.ZERO));
  }

  private List<String> disconnects() {
    return observer.lines("disconnected");
  }
}
