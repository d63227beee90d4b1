package dev.perennial.interop;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.EventReader;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams in loops and in {@link Stream}. */
class ReadersTest extends Served {
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Ledger ledger = new Ledger();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    ledger.close();
  }

  // ---- Demand ----

  @Test
  void readerThatDoesNotReadHoldsTheServerBack() throws Exception {
    try (Flood flood = new Flood()) {
      EventReader<String> reader = stream(flood).open();
      long heldBackAt = flood.awaitHeldBack();
      assertEquals(256, reader.subscription().buffered());

      long more = heldBackAt / 1_000;
      for (int i = 0; i < more; i++) {
        reader.read();
      }
      assertTrue(flood.awaitHeldBack() > heldBackAt);
      assertEquals(Long.toString(more - 1), reader.subscription().cursor());

      reader.close();
      flood.awaitLeft();
    }
  }

  // ---- Leaving early ----

  @Test
  void leavingALoopClosesTheSocket() {
    appendNumbers(20);

    assertEquals("3", Readers.first(stream(), "3"::equals));

    awaitLeft();
    assertEquals("2", watch.cursor()); // In the middle of 3.
  }

  @Test
  void exceptionInALoopClosesTheSocketAndTheEventIsNotAcknowledged() {
    appendNumbers(20);

    assertThrows(
        IllegalStateException.class,
        () ->
            Readers.first(
                stream(),
                data -> {
                  if (data.equals("5")) {
                    throw new IllegalStateException("5 is too much");
                  }
                  return false;
                }));

    awaitLeft();
    assertEquals("4", watch.cursor());
  }

  @Test
  void limitClosesTheSocketAndTheLastEventIsNotAcknowledged() {
    appendNumbers(20);

    List<String> ten = Readers.firstTen(stream());

    assertEquals(IntStream.rangeClosed(1, 10).mapToObj(Integer::toString).toList(), ten);
    awaitLeft();
    assertEquals("9", watch.cursor());
  }

  @Test
  void exceptionInAStreamClosesTheSocket() {
    append("1", "2", "three", "4");

    assertThrows(
        NumberFormatException.class,
        () -> {
          try (Stream<Event<String>> events = stream().open().stream()) {
            events.forEach(event -> Integer.parseInt(event.data()));
          }
        });

    awaitLeft();
  }

  @Test
  void streamThatIsLeftOpenKeepsItsSocket() throws InterruptedException {
    appendNumbers(20);
    EventReader<String> reader = stream().open();

    assertEquals("1", reader.stream().findFirst().orElseThrow().data());
    append("21");
    IntStream.rangeClosed(2, 21).forEach(number -> assertEquals(number, read(reader)));

    assertEquals(1, server.liveConnections());
    reader.close();
    awaitLeft();
  }

  private static int read(EventReader<String> reader) {
    try {
      Event<String> event = reader.poll(ofSeconds(20));
      return event == null ? -1 : Integer.parseInt(event.data());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void loopEndsWithTheStream() {
    appendNumbers(3);
    log.end();

    assertNull(Readers.first(stream(), data -> false));

    assertEquals("3", watch.cursor());
  }

  // ---- Manual acknowledgement ----

  @Test
  void cursorIsNeverAheadOfWhatWorkersHaveDone() {
    appendNumbers(500);
    log.end();

    Readers.onWorkers(stream(ledger), threads, ledger::workNow);

    ledger.assertKept(500);
  }

  @Test
  void cursorStopsBeforeTheFirstThatIsNotDone() {
    appendNumbers(4);
    log.end();

    threads.execute(
        () ->
            Readers.onWorkers(
                stream(ledger), threads, data -> ledger.workUntilReleased(data).join()));

    releaseTheFirstLast(ledger);
  }
}
