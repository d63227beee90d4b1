package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.StreamException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The acknowledged cursor never passes an event that the consumer has not processed. */
class AcknowledgementTest extends EngineTest {
  private final List<String> cursors = new ArrayList<>();

  @Test
  void cursorMovesWhenTheListenerHasReturned() {
    recorder.onEvent(event -> cursors.add(subscription().cursor()));

    listen(stream(opens().events(1, 3).declaresEnd()));

    assertEquals(Arrays.asList(null, "1", "2"), cursors);
    assertEquals("3", subscription().cursor());
  }

  @Test
  void cursorMovesWhenOnNextHasReturned() {
    recorder.onEvent(event -> cursors.add(observer.subscription().cursor()));

    subscribe(stream(opens().events(1, 3).declaresEnd()));

    assertEquals(Arrays.asList(null, "1", "2"), cursors);
    assertEquals("3", observer.subscription().cursor());
  }

  @Test
  void cursorStaysWhenTheListenerThrows() {
    recorder.onEvent(
        event -> {
          if (event.data().equals("2")) {
            throw new IllegalArgumentException("cannot handle 2");
          }
        });

    listen(stream(opens().events(1, 3)));

    recorder.assertEvents("1", "2");
    assertEquals(StreamException.Reason.CONSUMER, recorder.takeFailure().reason());
    assertEquals("1", subscription().cursor());
  }

  @Test
  void cursorStaysWhenOnNextThrows() {
    recorder.onEvent(
        event -> {
          if (event.data().equals("2")) {
            throw new IllegalArgumentException("cannot handle 2");
          }
        });

    subscribe(stream(opens().events(1, 3)));

    assertEquals("1", observer.subscription().cursor());
  }

  @Test
  void cursorMovesWhenTheConsumerClosesWithinACallbackThatReturns() {
    recorder.onEvent(event -> recorder.close());

    listen(stream(opens().events(1, 3)));

    recorder.assertEvents("1");
    assertEquals("1", subscription().cursor());
  }

  @Test
  void positionRunsAheadOfTheAcknowledgedCursorThroughAQueue() {
    List<Runnable> held = new ArrayList<>();
    time.at(ofMinutes(1), () -> assertNull(subscription().cursor()));
    time.at(ofMinutes(1), () -> held.remove(0).run());
    time.at(ofMinutes(1), () -> assertEquals("3", subscription().cursor()));
    closeAt(ofMinutes(2));

    listen(stream(opens().events(1, 3).cut(), opens()).withDeliveryOn(held::add, ofDays(365)));

    assertEquals(Arrays.asList(null, "3"), transport.cursors());
    recorder.assertEvents("1", "2", "3");
  }

  @Test
  void cursorMovesEventByEventThroughAQueue() {
    recorder.onEvent(event -> cursors.add(subscription().cursor()));

    listen(stream(opens().events(1, 3).declaresEnd()).withDeliveryOn(time.executor()));

    assertEquals(Arrays.asList(null, "1", "2"), cursors);
    assertEquals("3", subscription().cursor());
  }

  @Test
  void cursorStaysWhenTheListenerThrowsWithAQueue() {
    recorder.onEvent(
        event -> {
          if (event.data().equals("2")) {
            throw new IllegalArgumentException("cannot handle 2");
          }
        });

    listen(stream(opens().events(1, 3).silence(ofSeconds(1))).withDeliveryOn(time.executor()));

    recorder.assertEvents("1", "2");
    assertEquals(StreamException.Reason.CONSUMER, recorder.takeFailure().reason());
    recorder.assertExhausted();
    assertEquals("1", subscription().cursor());
  }

  @Test
  void checkpointMovesTheCursorAndBringsNoEvent() {
    closeAt(ofMinutes(1));

    listen(stream(opens().events(1, 1).checkpoint("50").cut(), opens()));

    assertEquals(Arrays.asList(null, "50"), transport.cursors());
    assertEquals("50", subscription().cursor());
    recorder.assertEvents("1");
    recorder.assertExhausted();
  }

  @Test
  void checkpointWaitsForTheEventsBeforeIt() {
    List<Runnable> held = new ArrayList<>();
    recorder.onEvent(event -> cursors.add(subscription().cursor()));
    time.at(ofSeconds(1), () -> held.remove(0).run());
    time.at(ofSeconds(1), () -> cursors.add(subscription().cursor()));
    closeAt(ofSeconds(2));

    listen(
        stream(opens().events(1, 1).checkpoint("50").checkpoint("60").events(61, 61))
            .withDeliveryOn(held::add, ofDays(365)));

    assertEquals(Arrays.asList(null, "60", "61"), cursors);
  }

  @Test
  void clearedCursorIsNotAskedForAgain() {
    closeAt(ofMinutes(1));

    listen(stream(opens().events(1, 1).checkpoint("").cut(), opens()));

    assertEquals(Arrays.asList(null, null), transport.cursors());
    assertNull(subscription().cursor());
  }

  @Test
  void eventWithAClearedCursorClearsThePosition() {
    closeAt(ofMinutes(1));

    listen(stream(opens().events(1, 1).eventAt("", null, "two").cut(), opens()));

    assertEquals(Arrays.asList(null, null), transport.cursors());
    assertNull(subscription().cursor());
  }

  @Test
  void eventWithoutACursorLeavesThePosition() {
    closeAt(ofMinutes(1));

    listen(stream(opens().events(1, 1).eventAt(null, null, "two").cut(), opens()));

    assertEquals(Arrays.asList(null, "1"), transport.cursors());
    assertEquals("1", subscription().cursor());
    assertEquals("1", recorder.events().get(1).cursor());
  }

  @Test
  void startsAfterTheGivenCursor() {
    closeAt(ofMinutes(1));
    recorder.onState(state -> cursors.add(subscription().cursor()));

    listen(stream(opens().cut(), opens().events(8, 8)).withCursor("7"));

    assertEquals(List.of("7", "7"), transport.cursors());
    assertEquals("7", cursors.get(0));
    assertEquals("8", subscription().cursor());
  }

  @Test
  void nothingIsAcknowledgedThatWasNotDelivered() {
    Executor rejectsAll =
        task -> {
          throw new java.util.concurrent.RejectedExecutionException("full");
        };

    listen(stream(opens().events(1, 3)).withDeliveryOn(rejectsAll));

    assertNull(subscription().cursor());
    assertEquals(List.of(), recorder.events());
  }
}
