package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.spi.Frame;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What waits for the consumer is bounded by events, by bytes, and in all that is between events.
 */
class QueueBoundsTest extends EngineTest {
  private static final int MIB = 1 << 20;

  private final EventRecorder<String> slow = EventRecorder.requesting(0);
  private final Deque<Runnable> held = new ArrayDeque<>();

  /** A script with so many events of {@code bytes} each, with ids from 1. */
  private static ConnectionScript sized(int count, int bytes) {
    ConnectionScript script = opens();
    for (int id = 1; id <= count; id++) {
      script.frame(Frame.event(Integer.toString(id), "message", new byte[bytes]));
    }
    return script;
  }

  /** Does not decode, so that large payloads cost nothing. */
  private EventStream<String> undecoded(ConnectionScript script) {
    transport = ScriptedTransport.of(time, script);
    return EventStream.of(transport, payload -> "")
        .withRuntime(time.runtime())
        .withObserver(observer);
  }

  private void runHeld() {
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  // ---- Bytes ----

  @Test
  void bytesHoldTheServerBack() {
    time.at(ofMinutes(1), () -> assertEquals(3, subscription().buffered()));
    time.at(ofMinutes(1), this::runHeld);
    time.at(ofMinutes(2), this::runHeld);
    time.at(ofMinutes(3), this::runHeld);
    time.at(ofDays(7), this::runHeld); // The end of virtual time.

    listen(
        undecoded(sized(9, 40).declaresEnd())
            .withMaxBufferedBytes(100)
            .withDeliveryOn(held::add, ofDays(365)));

    assertEquals(9, recorder.events().size());
  }

  @Test
  void byDefaultSixteenMebibytesMayWait() {
    time.at(ofMinutes(1), () -> assertEquals(4, subscription().buffered()));
    time.at(ofMinutes(1), recorder::close);

    listen(undecoded(sized(6, 4 * MIB)).withDeliveryOn(held::add, ofDays(365)));
  }

  @Test
  void readerReadsNoMoreBytesAhead() throws InterruptedException {
    EventReader<String> reader = undecoded(sized(6, 4 * MIB).declaresEnd()).open();
    time.at(ofMinutes(1), () -> assertEquals(4, reader.subscription().buffered()));
    time.at(
        ofMinutes(2),
        () -> {
          reader.read();
          reader.read();
        });
    time.at(
        ofMinutes(3),
        () -> {
          assertEquals(4, reader.subscription().buffered());
          for (int id = 3; id <= 6; id++) {
            assertEquals(Integer.toString(id), reader.read().id());
          }
        });
    run();

    assertEquals(null, reader.read());
  }

  @Test
  void eventLargerThanTheBoundWaitsAlone() {
    time.at(ofMinutes(1), () -> assertEquals(1, observer.subscription().buffered()));
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    undecoded(sized(3, 1_000).declaresEnd())
        .withOverflow(Overflow.block(100))
        .withMaxBufferedBytes(10)
        .signals()
        .subscribe(slow.signalSubscriber());
    run();

    assertEquals(3, slow.events().size());
  }

  @Test
  void oldestAreDroppedForTheirBytes() {
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    undecoded(sized(20, 30).declaresEnd())
        .withOverflow(Overflow.dropOldest(100))
        .withMaxBufferedBytes(100)
        .signals()
        .subscribe(slow.signalSubscriber());
    run();

    assertEquals(17, slow.takeGap().missed());
    assertEquals(List.of("18", "19", "20"), slow.events().stream().map(Event::id).toList());
    assertEquals(17, observer.lines("dropped").size());
  }

  @Test
  void newestAreDroppedForTheirBytes() {
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    undecoded(sized(20, 30).declaresEnd())
        .withOverflow(Overflow.dropNewest(100))
        .withMaxBufferedBytes(100)
        .signals()
        .subscribe(slow.signalSubscriber());
    run();

    assertEquals(List.of("1", "2", "3"), slow.events().stream().map(Event::id).toList());
  }

  @Test
  void byteLimitEndsTheSubscriptionWithAnExplanation() {
    time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    undecoded(sized(20, 30))
        .withOverflow(Overflow.fail(100))
        .withMaxBufferedBytes(100)
        .signals()
        .subscribe(slow.signalSubscriber());
    run();

    slow.assertEvents("", "", "");
    StreamException failure = slow.takeFailure();
    assertEquals(Reason.OVERFLOW, failure.reason());
    assertEquals(
        "Expected no more than 100 bytes of events from the stream to wait for the consumer but"
            + " one more came",
        failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void boundIsPositive(long bytes) {
    assertEquals(
        "maxBufferedBytes must be at least 1 but was " + bytes,
        assertThrows(IllegalArgumentException.class, () -> stream().withMaxBufferedBytes(bytes))
            .getMessage());
  }

  // ---- What is between events ----

  static Stream<Overflow> dropping() {
    return Stream.of(Overflow.latest(), Overflow.dropNewest(1), Overflow.dropOldest(3));
  }

  @ParameterizedTest
  @MethodSource("dropping")
  void reconnectsAndDropsWithoutDemandDoNotPileUp(Overflow overflow) {
    int[] last = {0};
    transport =
        ScriptedTransport.endless(
            time,
            attempt -> {
              int first = last[0] + 1;
              last[0] += 2;
              return attempt.connection() < 500
                  ? opens().events(first, last[0]).checkpoint("c" + last[0]).cut()
                  : opens().events(first, last[0]).declaresEnd();
            });
    time.at(ofHours(5), () -> slow.request(Long.MAX_VALUE));

    over(transport)
        .withRetry(RetryPolicy.fixed(ofSeconds(1)))
        .withOverflow(overflow)
        .signals()
        .subscribe(slow.signalSubscriber());
    run();

    List<Object> signals = slow.signals();
    assertTrue(signals.size() <= 13, () -> signals.size() + " signals");
    long counted =
        signals.stream()
            .mapToLong(
                signal ->
                    signal instanceof Gap gap ? gap.missed() : signal instanceof Event<?> ? 1 : 0)
            .sum();
    assertEquals(1_000, counted);
    assertEquals("1000", observer.subscription().cursor());
  }

  @Test
  void gapsOfOneReasonBetweenTwoEventsBecomeOne() {
    transport =
        ScriptedTransport.endless(
            time,
            attempt ->
                attempt.connection() < 500
                    ? opens().silence(ofMinutes(1)).cut()
                    : opens().event(null, "a").declaresEnd());
    time.at(ofHours(50), () -> slow.request(Long.MAX_VALUE));

    over(transport)
        .withGapPolicy(GapPolicy.liveOnly())
        .signals()
        .subscribe(slow.signalSubscriber());
    run();

    assertEquals(
        List.of("Gap", "Open", "Event", "End"),
        slow.signals().stream().map(signal -> signal.getClass().getSimpleName()).toList());
    assertEquals(new StreamState.Open(500, false), slow.states().get(0));
    assertEquals(Gap.Reason.NO_CURSOR, slow.takeGap().reason());
    slow.takeEvent();
  }
}
