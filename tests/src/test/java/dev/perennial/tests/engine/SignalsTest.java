package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamState;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;

/** Events, gaps and states in true order, under demand. */
class SignalsTest extends EngineTest {

  @Test
  void everythingComesInTrueOrder() {
    signals(
        recorder,
        stream(
            opens().event(null, "a").event(null, "b").cut(),
            opens().event(null, "c").declaresEnd()));

    List<Object> signals = recorder.signals();
    assertEquals(new StreamState.Connecting(1), signals.get(0));
    assertEquals(new StreamState.Open(1, false), signals.get(1));
    assertData("a", signals.get(2));
    assertData("b", signals.get(3));
    assertInstanceOf(StreamState.Waiting.class, signals.get(4));
    assertEquals(new StreamState.Connecting(2), signals.get(5));
    assertEquals(new StreamState.Open(2, false), signals.get(6));
    assertEquals(Gap.Reason.NO_CURSOR, ((Gap) signals.get(7)).reason());
    assertData("c", signals.get(8));
    assertEquals(new EventRecorder.End(null), signals.get(9));
    assertEquals(10, signals.size());
  }

  @Test
  void withoutDemandStatesConflateAndEventsAndGapsDoNot() {
    EventRecorder<String> slow = EventRecorder.requesting(0);
    time.at(ofHours(1), () -> slow.request(Long.MAX_VALUE));

    signals(
        slow,
        stream(
            opens().event(null, "a").cut(),
            opens().event(null, "b").cut(),
            opens().event(null, "c").declaresEnd()));

    assertEquals(
        List.of("Open", "Event", "Waiting", "Connecting", "Open", "Gap", "Event"), kinds(slow, 7));
  }

  @Test
  void eachSignalTakesDemand() {
    EventRecorder<String> slow = EventRecorder.requesting(1);
    for (int second = 1; second <= 20; second++) {
      time.at(ofSeconds(second * 10L), () -> slow.request(1));
    }

    signals(slow, stream(opens().event(null, "a").cut(), opens().event(null, "b").declaresEnd()));

    assertEquals(List.of("a", "b"), slow.events().stream().map(Event::data).toList());
    slow.takeEvent();
    slow.takeGap();
    slow.takeEvent();
    slow.assertCompleted();
    slow.assertExhausted(); // Nothing came that was not asked for.
  }

  @Test
  void reconnectsWithoutDemandQueueNothing() {
    EventRecorder<String> slow = EventRecorder.requesting(0);
    transport =
        ScriptedTransport.endless(
            time,
            attempt ->
                attempt.connection() < 50
                    ? opens().checkpoint("c" + attempt.connection()).cut()
                    : opens().declaresEnd());
    time.at(ofHours(5), () -> slow.request(Long.MAX_VALUE));

    signals(slow, over(transport));

    assertEquals(List.of("Open"), kinds(slow, 1));
  }

  @Test
  void eventIsAcknowledgedWhenOnNextHasReturned() {
    signals(recorder, stream(opens().events(1, 3).declaresEnd()));

    assertEquals("3", observer.subscription().cursor());
  }

  @Test
  void publisherIsColdAndCanBeSubscribedAgain() {
    EventStream<String> stream =
        stream(opens().events(1, 1).declaresEnd(), opens().events(2, 2).declaresEnd());
    EventRecorder<String> other = EventRecorder.create();

    signals(recorder, stream);
    signals(other, stream);

    recorder.assertEvents("1");
    other.assertEvents("2");
  }

  @Test
  void subscriberMustNotBeNull() {
    assertThrows(
        NullPointerException.class,
        () -> stream().signals().subscribe((Subscriber<Signal<String>>) null));
  }

  private void signals(EventRecorder<String> consumer, EventStream<String> stream) {
    stream.signals().subscribe(consumer.signalSubscriber());
    run();
  }

  private static List<String> kinds(EventRecorder<String> consumer, int count) {
    return consumer.signals().stream()
        .limit(count)
        .map(signal -> signal.getClass().getSimpleName())
        .toList();
  }

  private static void assertData(String expected, Object signal) {
    assertEquals(expected, assertInstanceOf(Event.class, signal).data());
  }
}
