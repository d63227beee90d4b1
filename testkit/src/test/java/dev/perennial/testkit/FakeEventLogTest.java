package dev.perennial.testkit;

import static java.time.Duration.ZERO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.FakeEventLog.CursorState;
import dev.perennial.testkit.FakeEventLog.Outcome;
import dev.perennial.testkit.FakeEventLog.Reader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FakeEventLogTest {

  @Test
  void idsAreDecimalNumbersFromOne() {
    FakeEventLog log = FakeEventLog.create();

    assertEquals("1", log.append("a"));
    assertEquals("2", log.append("price", "b"));
    assertEquals(2, log.appended());
  }

  @Test
  void cursorIsFollowedByWhatComesAfterIt() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    String cursor = log.append("b");
    log.append("price", "c");

    Reader reader = log.readAfter(cursor);

    assertEquals(CursorState.FOUND, reader.cursorState());
    assertEquals(List.of(new LoggedEvent(3, "3", "price", "c")), readAll(reader));
  }

  @Test
  void lastCursorIsFoundAndFollowedByNothing() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    String cursor = log.append("a");

    Reader reader = log.readAfter(cursor);

    assertEquals(CursorState.FOUND, reader.cursorState());
    assertEquals(Outcome.NOTHING_YET, reader.read(new ArrayList<>(), 10, ZERO));
  }

  @Test
  void cursorOlderThanTheRingIsGone() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(3);
    for (int i = 0; i < 5; i++) {
      log.append("e");
    }

    Reader gone = log.readAfter("1");
    Reader found = log.readAfter("2");

    assertEquals(CursorState.GONE, gone.cursorState());
    assertEquals(Outcome.GONE, gone.read(new ArrayList<>(), 10, ZERO));
    assertEquals(CursorState.FOUND, found.cursorState());
    assertEquals(List.of(3L, 4L, 5L), numbers(readAll(found)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "01", "3", "-1", "x", "", "99999999999999999999"})
  void cursorThatWasNeverAnIdIsUnknown(String cursor) {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    log.append("b");

    assertEquals(CursorState.UNKNOWN, log.readAfter(cursor).cursorState());
  }

  @Test
  void readOldestGetsWhatIsRetained() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(2);
    log.append("a");
    log.append("b");
    log.append("c");

    assertEquals(List.of(2L, 3L), numbers(readAll(log.readOldest())));
  }

  @Test
  void readLiveGetsOnlyWhatIsAppendedLater() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    Reader reader = log.readLive();
    log.append("b");

    assertEquals(List.of(2L), numbers(readAll(reader)));
  }

  @Test
  void readerThatFallsBehindTheRingIsGone() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(2);
    log.append("a");
    Reader reader = log.readOldest();
    log.append("b");
    log.append("c");

    assertEquals(Outcome.GONE, reader.read(new ArrayList<>(), 10, ZERO));
  }

  @Test
  void ringGrowsWithoutLosingEvents() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(1_000);
    for (int i = 0; i < 2_500; i++) {
      log.append("e" + i);
    }

    List<LoggedEvent> events = readAll(log.readOldest());

    assertEquals(1_000, events.size());
    assertEquals(new LoggedEvent(1_501, "1501", null, "e1500"), events.get(0));
    assertEquals(new LoggedEvent(2_500, "2500", null, "e2499"), events.get(999));
  }

  @Test
  void waitingReaderIsWokenByAnEvent() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    CompletableFuture<Outcome> outcome = readInBackground(log.readLive());

    log.append("a");

    assertEquals(Outcome.EVENTS, outcome.get(10, TimeUnit.SECONDS));
  }

  @Test
  void waitingReaderIsWokenByTheEnd() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    CompletableFuture<Outcome> outcome = readInBackground(log.readLive());

    log.end();

    assertEquals(Outcome.ENDED, outcome.get(10, TimeUnit.SECONDS));
    assertTrue(log.isEnded());
  }

  @Test
  void waitingReaderIsWokenByClose() throws Exception {
    Reader reader = FakeEventLog.create().readLive();
    CompletableFuture<Outcome> outcome = readInBackground(reader);

    reader.close();

    assertEquals(Outcome.CLOSED, outcome.get(10, TimeUnit.SECONDS));
  }

  @Test
  void readerGivesUpWhenTheWaitIsOver() throws Exception {
    Reader reader = FakeEventLog.create().readLive();

    assertEquals(Outcome.NOTHING_YET, reader.read(new ArrayList<>(), 1, Duration.ofMillis(5)));
  }

  @Test
  void eventsBeforeTheEndAreRead() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    Reader reader = log.readOldest();
    log.end();

    assertFalse(reader.isExhausted());
    assertEquals(Outcome.EVENTS, reader.read(new ArrayList<>(), 10, ZERO));
    assertTrue(reader.isExhausted());
    assertEquals(Outcome.ENDED, reader.read(new ArrayList<>(), 10, ZERO));
  }

  @Test
  void appendAfterTheEndIsRefused() {
    FakeEventLog log = FakeEventLog.create();
    log.append("a");
    log.end();

    var refused = assertThrows(IllegalStateException.class, () -> log.append("b"));

    assertEquals("The log ended after 1 events", refused.getMessage());
  }

  @Test
  void readTakesNoMoreThanAsked() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    for (int i = 0; i < 5; i++) {
      log.append("e");
    }
    Reader reader = log.readOldest();
    List<LoggedEvent> events = new ArrayList<>();

    reader.read(events, 2, ZERO);
    assertEquals(List.of(1L, 2L), numbers(events));
    reader.read(events, 100, ZERO);

    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), numbers(events));
  }

  @Test
  void rewindGoesBackAsFarAsEventsAreRetained() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(4);
    for (int i = 0; i < 6; i++) {
      log.append("e");
    }
    Reader near = log.readAfter("5");
    Reader far = log.readAfter("5");

    near.rewind(2);
    far.rewind(100);

    assertEquals(List.of(4L, 5L, 6L), numbers(readAll(near)));
    assertEquals(List.of(3L, 4L, 5L, 6L), numbers(readAll(far)));
  }

  @Test
  void hostileIdIsFoundAgain() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(10, number -> "{\"é\": \"<" + number + ">\"}");
    String cursor = log.append("a");
    log.append("b");

    assertEquals("{\"é\": \"<1>\"}", cursor);
    assertEquals(List.of(2L), numbers(readAll(log.readAfter(cursor))));
  }

  @Test
  void sourcedIdFromBeforeTheRingIsGone() {
    FakeEventLog log = FakeEventLog.retaining(2, number -> "id-" + number);
    for (int i = 0; i < 4; i++) {
      log.append("e");
    }

    assertEquals(CursorState.GONE, log.readAfter("id-1").cursorState());
    assertEquals(CursorState.FOUND, log.readAfter("id-2").cursorState());
    assertEquals(CursorState.FOUND, log.readAfter("id-3").cursorState());
  }

  @Test
  void sourcedIdThatWasNeverGivenIsUnknownWhileNothingIsGone() {
    FakeEventLog log = FakeEventLog.retaining(2, number -> "id-" + number);
    log.append("a");
    log.append("b");
    log.append("c");

    assertEquals(CursorState.UNKNOWN, log.readAfter("id-9").cursorState());
  }

  @Test
  void repeatedIdMeansItsLatestEvent() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(2, number -> number % 2 == 0 ? "even" : "odd");
    for (int i = 0; i < 5; i++) {
      log.append("e");
    }

    assertEquals(List.of(5L), numbers(readAll(log.readAfter("even"))));
    assertEquals(Outcome.NOTHING_YET, log.readAfter("odd").read(new ArrayList<>(), 1, ZERO));
  }

  @Test
  void eventMayCarryNoId() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(10, number -> null);

    assertEquals("", log.append("a"));
    assertEquals(List.of(new LoggedEvent(1, null, null, "a")), readAll(log.readOldest()));
  }

  @Test
  void retainingNothingIsRefused() {
    var refused = assertThrows(IllegalArgumentException.class, () -> FakeEventLog.retaining(0));

    assertEquals("retaining must be positive but was 0", refused.getMessage());
  }

  @Test
  void aMillionEventsPassBetweenTwoThreads() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    Reader reader = log.readOldest();
    CompletableFuture<Void> appending =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 1_000_000; i++) {
                log.append("data");
              }
              log.end();
            });

    long expected = 1;
    List<LoggedEvent> batch = new ArrayList<>();
    while (reader.read(batch, 512, Duration.ofSeconds(10)) == Outcome.EVENTS) {
      for (LoggedEvent event : batch) {
        assertEquals(expected++, event.number());
      }
      batch.clear();
    }

    appending.get(10, TimeUnit.SECONDS);
    assertEquals(1_000_001, expected);
  }

  private static CompletableFuture<Outcome> readInBackground(Reader reader) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return reader.read(new ArrayList<>(), 1, Duration.ofSeconds(10));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static List<LoggedEvent> readAll(Reader reader) throws InterruptedException {
    List<LoggedEvent> events = new ArrayList<>();
    assertEquals(Outcome.EVENTS, reader.read(events, Integer.MAX_VALUE, ZERO));
    return events;
  }

  private static List<Long> numbers(List<LoggedEvent> events) {
    return events.stream().map(LoggedEvent::number).toList();
  }
}
