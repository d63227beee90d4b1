package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.Overflow;
import dev.perennial.StreamState;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledgement by hand: in any order, from any thread, with a bound. */
class ManualAcknowledgementTest extends EngineTest {

  @Test
  void returningFromTheCallbackAcknowledgesNothing() {
    listen(stream(opens().events(1, 3).declaresEnd()).withManualAcknowledgement(8));

    recorder.assertEvents("1", "2", "3");
    assertNull(subscription().cursor());
  }

  @Test
  void cursorStopsBeforeTheFirstUnacknowledgedEvent() {
    List<String> cursors = new ArrayList<>();
    listen(stream(opens().events(1, 5).declaresEnd()).withManualAcknowledgement(8));

    for (int index : new int[] {1, 2, 0, 4, 3}) {
      recorder.events().get(index).acknowledge();
      cursors.add(String.valueOf(subscription().cursor()));
    }

    assertEquals(List.of("null", "null", "3", "3", "5"), cursors);
  }

  @Test
  void acknowledgingTwiceIsHarmless() {
    listen(stream(opens().events(1, 3).declaresEnd()).withManualAcknowledgement(8));
    Event<String> first = recorder.events().get(0);

    first.acknowledge();
    first.acknowledge();

    assertEquals("1", subscription().cursor());
  }

  @Test
  void mappedEventKeepsItsAcknowledgement() {
    listen(stream(opens().events(1, 1).declaresEnd()).withManualAcknowledgement(8));

    recorder.events().get(0).map(String::length).acknowledge();

    assertEquals("1", subscription().cursor());
  }

  @Test
  void acknowledgingIsHarmlessWithoutManualAcknowledgement() {
    listen(stream(opens().events(1, 2).declaresEnd()));

    recorder.events().get(0).acknowledge();

    assertEquals("2", subscription().cursor());
    Event.of("1", "message", "made by a test").acknowledge();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readingStopsAtTheLimitOfUnacknowledgedEvents(boolean isQueued) {
    time.at(
        ofMinutes(1),
        () -> {
          assertEquals(3, recorder.events().size());
          assertEquals(new StreamState.Open(1, true), observer.subscription().state());
          recorder.events().get(1).acknowledge(); // The first is outstanding still.
        });
    time.at(ofMinutes(2), () -> assertEquals(3, recorder.events().size()));
    time.at(ofMinutes(3), () -> recorder.events().get(0).acknowledge());
    time.at(ofMinutes(4), () -> assertEquals(5, recorder.events().size()));
    closeAt(ofMinutes(5));
    EventStream<String> stream = stream(opens().events(1, 9)).withManualAcknowledgement(3);

    listen(isQueued ? stream.withDeliveryOn(time.executor()) : stream);

    assertEquals("2", subscription().cursor());
  }

  @Test
  void reconnectResumesAfterTheLastEventReceivedNotTheLastAcknowledged() {
    listen(
        stream(opens().events(1, 3).cut(), opens().events(4, 4).declaresEnd())
            .withManualAcknowledgement(8));

    recorder.assertEvents("1", "2", "3", "4");
    assertEquals("3", transport.cursors().get(1));
    assertNull(subscription().cursor());
  }

  @Test
  void checkpointIsAcknowledgedOnceEverythingBeforeItIs() {
    listen(
        stream(opens().events(1, 2).checkpoint("c9").declaresEnd()).withManualAcknowledgement(8));
    recorder.events().get(0).acknowledge();
    assertEquals("1", subscription().cursor());

    recorder.events().get(1).acknowledge();

    assertEquals("c9", subscription().cursor());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void checkpointDoesNotOvertakeTheEventsAfterIt(boolean isQueued) throws IOException {
    CursorStore store = CursorStore.inMemory();
    EventStream<String> stream =
        stream(opens().events(1, 2).checkpoint("c2").events(3, 6).declaresEnd())
            .withCursorStore(store)
            .withManualAcknowledgement(8);
    listen(isQueued ? stream.withDeliveryOn(time.executor()) : stream);
    List<String> cursors = new ArrayList<>();

    for (Event<String> event : recorder.events()) {
      event.acknowledge();
      cursors.add(subscription().cursor());
    }
    run();

    assertEquals(List.of("1", "c2", "3", "4", "5", "6"), cursors);
    assertEquals("6", store.load());
  }

  @Test
  void checkpointDoesNotOvertakeTheEventsAfterItInAReader() throws Exception {
    transport =
        ScriptedTransport.of(
            time,
            opens().events(1, 2).checkpoint("c2").events(3, 4).checkpoint("c4").declaresEnd());
    EventReader<String> reader = over(transport).withManualAcknowledgement(8).open();
    List<String> cursors = new ArrayList<>();

    Event<String> next = reader.read();
    while (next != null) {
      next.acknowledge();
      cursors.add(reader.subscription().cursor());
      next = reader.read();
    }

    assertEquals(List.of("1", "2", "3", "4"), cursors); // It sees a checkpoint when it reads on.
    assertEquals("c4", reader.subscription().cursor());
    reader.close();
    run();
  }

  @Test
  void readerAcknowledgesNothingOnItsOwn() throws Exception {
    transport = ScriptedTransport.of(time, opens().events(1, 3).declaresEnd());
    EventReader<String> reader = over(transport).withManualAcknowledgement(8).open();
    List<Event<String>> events = new ArrayList<>();

    Event<String> next = reader.read();
    while (next != null) {
      events.add(next);
      next = reader.read();
    }

    assertNull(reader.subscription().cursor());
    events.forEach(Event::acknowledge);
    assertEquals("3", reader.subscription().cursor());
    reader.close();
    run();
  }

  @Test
  void acknowledgementsInAnyOrderFromAnyThreadEndAtTheLastEvent() throws Exception {
    int count = 2_000;
    listen(stream(opens().events(1, count).declaresEnd()).withManualAcknowledgement(count + 1));
    List<Event<String>> events = new ArrayList<>(recorder.events());
    Collections.shuffle(events, new Random(time.seed()));
    ExecutorService workers = Executors.newFixedThreadPool(4);
    CountDownLatch done = new CountDownLatch(count);
    try {
      for (Event<String> event : events) {
        workers.execute(
            () -> {
              event.acknowledge();
              done.countDown();
            });
      }
      assertTrue(done.await(10, TimeUnit.SECONDS));
    } finally {
      workers.shutdownNow();
    }

    assertEquals(String.valueOf(count), subscription().cursor());
  }

  @Test
  void limitMustBePositive() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> stream().withManualAcknowledgement(0));
    assertEquals("maxUnacknowledged must be at least 1 but was 0", refusal.getMessage());
  }

  @Test
  void droppingPolicyConflictsWithManualAcknowledgement() {
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> stream().withManualAcknowledgement(8).withOverflow(Overflow.dropOldest(4)));
    assertTrue(refusal.getMessage().contains("withManualAcknowledgement"), refusal::getMessage);
    assertTrue(refusal.getMessage().contains("withOverflow"), refusal::getMessage);
  }

  @Test
  void requestedEventsBeyondTheLimitArriveAsAcknowledgementsCome() {
    time.at(ofSeconds(1), () -> assertEquals(2, recorder.events().size()));
    time.at(ofSeconds(2), () -> recorder.events().forEach(Event::acknowledge));
    time.at(ofSeconds(3), () -> assertEquals(4, recorder.events().size()));
    closeAt(ofSeconds(4));

    subscribe(stream(opens().events(1, 9)).withManualAcknowledgement(2));
  }
}
