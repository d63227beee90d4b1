package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.GapException;
import dev.perennial.StreamException;
import dev.perennial.StreamState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The blocking reader, on one thread: the engine runs first, the reader reads what it left. */
class ReaderTest extends EngineTest {

  @Test
  void readsToTheEnd() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 2).declaresEnd()).open();
    run();

    assertEquals("1", reader.read().data());
    assertEquals("2", reader.read().data());
    assertNull(reader.read());
    assertNull(reader.read());
    assertNull(reader.poll(ofSeconds(1)));
  }

  @Test
  void eventIsAcknowledgedWhenTheNextIsAskedFor() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 2).declaresEnd()).open();
    run();

    assertNull(reader.subscription().cursor());
    reader.read();
    assertNull(reader.subscription().cursor());
    reader.read();
    assertEquals("1", reader.subscription().cursor());
    reader.read();
    assertEquals("2", reader.subscription().cursor());
  }

  @Test
  void closeAcknowledgesNothing() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 2)).open();
    time.at(
        ofSeconds(1),
        () -> {
          reader.read();
          reader.close();
        });
    run();

    assertNull(reader.subscription().cursor());
    assertNull(reader.read());
    assertNull(reader.poll(ofSeconds(1)));
    assertEquals("1", reader.subscription().cursor(), "who asks for more has handled it");
    assertEquals(new StreamState.Closed(null), reader.subscription().state());
  }

  @Test
  void leavingALoopEarlyAcknowledgesNothing() {
    try (EventReader<String> reader = stream(opens().events(1, 5).declaresEnd()).open()) {
      run();
      for (Event<String> event : reader) {
        if (event.data().equals("3")) {
          break;
        }
      }

      assertEquals("2", reader.subscription().cursor());
    }
  }

  @Test
  void checkpointIsAcknowledgedInItsTurn() throws InterruptedException {
    EventReader<String> reader =
        stream(opens().events(1, 1).checkpoint("5").checkpoint("6").events(7, 7).declaresEnd())
            .open();
    run();

    reader.read();
    assertNull(reader.subscription().cursor());
    reader.read();
    assertEquals("6", reader.subscription().cursor());
    reader.read();
    assertEquals("7", reader.subscription().cursor());
  }

  @Test
  void positionRunsAheadOfTheAcknowledgedCursor() {
    EventReader<String> reader = stream(opens().events(1, 3).cut(), opens()).open();
    time.at(ofMinutes(1), reader::close);
    run();

    assertEquals(Arrays.asList(null, "3"), transport.cursors());
    assertNull(reader.subscription().cursor());
  }

  @Test
  void failureIsThrownAfterTheEventsBeforeIt() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 2).cut(status(304))).open();
    run();

    assertEquals("1", reader.read().data());
    assertEquals("2", reader.read().data());
    StreamException failure = assertThrows(StreamException.class, reader::read);
    assertEquals(304, failure.code());
    assertSame(failure, assertThrows(StreamException.class, reader::read));
    assertSame(failure, assertThrows(StreamException.class, () -> reader.poll(ZERO)));
    assertEquals("2", reader.subscription().cursor());
  }

  @Test
  void gapThatEndsTheStreamIsThrown() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 1).gap("trimmed")).open();
    run();

    reader.read();
    GapException failure = assertThrows(GapException.class, reader::read);
    assertEquals("trimmed", failure.gap().detail());
  }

  @Test
  void closedReaderThrowsNoFailure() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 2).cut(status(304))).open();
    run();

    reader.close();

    assertNull(reader.read());
  }

  @Test
  void readsAheadByTheQueueAndNoMore() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 1_000).declaresEnd()).open();
    time.at(
        ofSeconds(1),
        () -> {
          assertEquals(256, reader.subscription().buffered());
          assertEquals(256, observer.lines("event").size());
          for (int i = 1; i <= 128; i++) {
            assertEquals(Integer.toString(i), reader.read().data());
          }
        });
    time.at(
        ofSeconds(2),
        () -> {
          assertEquals(256, reader.subscription().buffered());
          assertEquals(256 + 128, observer.lines("event").size());
          reader.close();
        });
    run();

    assertEquals(0, reader.subscription().buffered());
  }

  @Test
  void pollGivesUpAfterItsTime() throws InterruptedException {
    List<Event<String>> polled = new ArrayList<>();
    EventReader<String> reader = stream(opens().silence(ofSeconds(5)).events(1, 1)).open();
    time.at(ofSeconds(1), () -> polled.add(reader.poll(ZERO)));
    time.at(ofSeconds(6), () -> polled.add(reader.poll(ZERO)));
    time.at(ofSeconds(7), reader::close);
    run();

    assertNull(polled.get(0));
    assertEquals("1", polled.get(1).data());
  }

  @Test
  void iteratorEndsWithTheStream() {
    Iterator<Event<String>> events = stream(opens().events(1, 2).declaresEnd()).open().iterator();
    run();

    assertTrue(events.hasNext());
    assertTrue(events.hasNext());
    assertEquals("1", events.next().data());
    assertEquals("2", events.next().data());
    assertFalse(events.hasNext());
    assertThrows(NoSuchElementException.class, events::next);
  }

  @Test
  void streamClosesTheReader() {
    EventReader<String> reader = stream(opens().events(1, 9)).open();
    List<String> data = new ArrayList<>();
    time.at(
        ofSeconds(1),
        () -> {
          try (Stream<Event<String>> events = reader.stream()) {
            events.limit(3).forEach(event -> data.add(event.data()));
          }
        });
    run();

    assertEquals(List.of("1", "2", "3"), data);
    assertEquals(new StreamState.Closed(null), reader.subscription().state());
  }

  @Test
  void slowReaderDoesNotMakeTheConnectionStale() throws InterruptedException {
    EventReader<String> reader =
        stream(opens().events(1, 256).silence(ofHours(3)).events(257, 257).declaresEnd()).open();
    time.at(
        ofHours(3),
        () -> {
          for (int i = 0; i < 200; i++) {
            reader.read();
          }
        });
    run();

    assertEquals(1, transport.attempts().size());
    assertEquals("201", reader.read().data());
  }

  @Test
  void deliveryExecutorAndReaderConflict() {
    EventStream<String> stream = stream(opens()).withDeliveryOn(Runnable::run);

    IllegalStateException refused = assertThrows(IllegalStateException.class, stream::open);

    assertEquals(
        "withDeliveryOn cannot be combined with open(): a reader delivers on the thread that reads",
        refused.getMessage());
  }
}
