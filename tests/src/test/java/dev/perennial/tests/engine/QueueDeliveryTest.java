package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamState;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bounded queue between the engine and a consumer on an executor. */
class QueueDeliveryTest extends EngineTest {
  private final Deque<Runnable> held = new ArrayDeque<>();

  @Test
  void everythingComesInTrueOrder() {
    listen(
        stream(
                opens().event(null, "a").event(null, "b").silence(ofSeconds(1)).cut(),
                opens().event(null, "c").declaresEnd())
            .withDeliveryOn(time.executor()));

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
  void statesConflateAndEventsAndGapsDoNot() {
    time.at(ofDays(7), this::runHeld); // The end of virtual time.

    listen(
        stream(
                opens().event(null, "a").cut(),
                opens().event(null, "b").cut(),
                opens().event(null, "c").declaresEnd())
            .withDeliveryOn(held::add, ofDays(365)));

    List<String> kinds =
        recorder.signals().stream().map(signal -> signal.getClass().getSimpleName()).toList();
    assertEquals(
        List.of("Open", "Event", "Open", "Gap", "Event", "Open", "Gap", "Event", "End"), kinds);
  }

  @Test
  void reconnectsLeaveOneStateAndOneCheckpointInTheQueue() {
    // A consumer that does nothing for a week must not find a week of reconnects.
    ScriptedTransport flapping =
        ScriptedTransport.endless(
            time,
            attempt ->
                attempt.connection() < 50
                    ? opens().checkpoint("c" + attempt.connection()).cut()
                    : opens().events(1, 1).declaresEnd());
    time.at(ofDays(7), this::runHeld); // The end of virtual time.

    listen(stream(flapping).withDeliveryOn(held::add, ofDays(365)));

    assertEquals(List.of(new StreamState.Open(50, false)), recorder.states());
    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals("1", subscription().cursor());
  }

  @Test
  void readingStopsWhenTheQueueIsFull() {
    time.at(
        ofMinutes(1),
        () -> {
          assertEquals(256, subscription().buffered());
          assertEquals(new StreamState.Open(1, true), subscription().state());
          assertEquals(256, observer.lines("event").size());
        });
    time.at(ofMinutes(1), this::runHeld);
    time.at(ofMinutes(2), this::runHeld);

    listen(stream(opens().events(1, 400).declaresEnd()).withDeliveryOn(held::add, ofDays(365)));
    runHeld();

    assertDelivered(400);
    recorder.assertCompleted();
    assertEquals(0, subscription().buffered());
  }

  @Test
  void readingResumesWhenTheQueueHasSpace() {
    List<Integer> buffered = new ArrayList<>();
    observer.onCall(line -> buffered.add(observer.subscription().buffered()));
    for (int second = 1; second <= 15; second++) {
      time.at(ofSeconds(second), () -> held.removeFirst().run());
    }
    time.at(ofDays(7), this::runHeld); // The end of virtual time.

    listen(
        stream(opens().events(1, 1_024).silence(ofMinutes(1)).declaresEnd())
            .withDeliveryOn(held::add, ofDays(365)));

    assertDelivered(1_024);
    assertTrue(buffered.stream().allMatch(events -> events <= 256), buffered::toString);
  }

  @Test
  void slowConsumerDoesNotMakeTheConnectionStale() {
    time.at(ofHours(3), this::runHeld);
    time.at(ofDays(7), this::runHeld); // The end of virtual time.

    listen(
        stream(opens().events(1, 256).silence(ofHours(3)).events(257, 257).declaresEnd())
            .withDeliveryOn(held::add, ofDays(365)));

    assertDelivered(257);
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void executorThatRunsAtOnceDoesNotRecurse() {
    List<Integer> depths = new ArrayList<>();
    recorder.onEvent(event -> depths.add(new Throwable().getStackTrace().length));

    listen(stream(opens().events(1, 2_000).declaresEnd()).withDeliveryOn(Runnable::run));

    assertDelivered(2_000);
    recorder.assertCompleted();
    int deepest = depths.stream().mapToInt(depth -> depth).max().orElseThrow();
    int flattest = depths.stream().mapToInt(depth -> depth).min().orElseThrow();
    assertEquals(flattest, deepest);
  }

  @Test
  void requestingWithinOnNextDoesNotRecurse() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    one.onEvent(event -> one.request(1));

    stream(opens().events(1, 2_000).declaresEnd())
        .withDeliveryOn(Runnable::run)
        .subscribe(one.subscriber());
    run();

    assertEquals(2_000, one.events().size());
  }

  @Test
  void eachTaskDeliversABatch() {
    time.at(
        ofSeconds(1),
        () -> {
          held.remove().run();
          assertTrue(recorder.events().size() <= 64, () -> "" + recorder.events().size());
          assertEquals(1, held.size());
        });
    time.at(ofDays(7), this::runHeld); // The end of virtual time.

    listen(
        stream(opens().events(1, 200).silence(ofMinutes(1)).declaresEnd())
            .withDeliveryOn(held::add, ofDays(365)));

    assertDelivered(200);
  }

  @Test
  void noTaskIsScheduledForNothing() {
    List<Runnable> tasks = new ArrayList<>();
    closeAt(ofMinutes(30));

    listen(
        stream(opens().events(1, 1).times(200, c -> c.silence(ofSeconds(15)).heartbeat()))
            .withDeliveryOn(
                task -> {
                  tasks.add(task);
                  time.after(ofMillis(1), task::run);
                }));

    recorder.assertEvents("1");
    assertEquals(1, tasks.size());
  }

  @Test
  void demandIsHonored() {
    EventRecorder<String> few = EventRecorder.requesting(3);
    time.at(
        ofSeconds(1),
        () -> {
          assertEquals(3, few.events().size());
          assertEquals(97, observer.subscription().buffered());
          few.request(1);
        });
    time.at(ofSeconds(2), () -> assertEquals(4, few.events().size()));
    time.at(ofSeconds(3), () -> few.request(Long.MAX_VALUE));

    stream(opens().events(1, 100).declaresEnd())
        .withDeliveryOn(time.executor())
        .subscribe(few.subscriber());
    run();

    assertEquals(100, few.events().size());
    few.signals();
  }

  @Test
  void completionNeedsNoDemand() {
    EventRecorder<String> one = EventRecorder.requesting(1);

    stream(opens().events(1, 1).declaresEnd())
        .withDeliveryOn(time.executor())
        .subscribe(one.subscriber());
    run();

    one.assertEvents("1");
    one.assertCompleted();
  }

  @Test
  void failureComesAfterTheEventsBeforeIt() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(ofSeconds(1), () -> one.request(1));

    stream(opens().events(1, 2).gap("trimmed"))
        .withDeliveryOn(time.executor())
        .subscribe(one.subscriber());
    run();

    one.assertEvents("1", "2");
    one.takeFailure();
    one.assertExhausted();
  }

  @Test
  void nothingComesAfterClose() {
    time.at(
        ofSeconds(1),
        () -> {
          recorder.close();
          runHeld();
        });

    listen(stream(opens().events(1, 100)).withDeliveryOn(held::add, ofDays(365)));

    assertEquals(List.of(), recorder.signals());
    assertNull(subscription().cursor());
  }

  private void runHeld() {
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  private void assertDelivered(int count) {
    assertEquals(
        IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList(),
        recorder.events().stream().map(Event::id).toList());
    for (int i = 0; i < count; i++) {
      recorder.takeEvent();
    }
  }

  private static void assertData(String data, Object signal) {
    assertEquals(data, assertInstanceOf(Event.class, signal).data());
  }
}
