package dev.perennial.benchmarks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventTallyTest {
  private final EventTally tally = new EventTally(new Workload(Transport.SSE, 2, 3, 1));

  @Test
  void takesExactlyTheWorkload() {
    tally.event("1000000000", "aho");
    tally.event("1000000001", "aho");

    assertDoesNotThrow(tally::verify);
  }

  @Test
  void refusesAnEventThatIsMissing() {
    tally.event("1000000000", "aho");

    assertRefused("Expected exactly the workload but came to 1 of 2 events");
  }

  @Test
  void refusesAHole() {
    tally.event("1000000001", "aho");

    assertRefused("The client failed: Expected the id 1000000000 but was 1000000001");
  }

  @Test
  void refusesARepetition() {
    tally.event("1000000000", "aho");
    tally.event("1000000000", "aho");

    assertRefused("The client failed: Expected the id 1000000001 but was 1000000000");
  }

  @Test
  void refusesAnEventWithoutId() {
    tally.event(null, "aho");

    assertRefused("The client failed: Expected the id 1000000000 but was null");
  }

  @Test
  void refusesOneEventTooMany() {
    tally.event("1000000000", "aho");
    tally.event("1000000001", "aho");
    tally.event("1000000002", "aho");

    assertRefused("The client failed: Expected 2 of 2 events to be all but then got 1000000002");
  }

  @Test
  void refusesDataOfAnotherLength() {
    tally.event("1000000000", "ah");

    assertRefused("The client failed: Expected the data aho but was ah");
  }

  @Test
  void refusesOtherData() {
    tally.event("1000000000", "bho");

    assertRefused("The client failed: Expected the data aho but was bho");
  }

  @Test
  void refusesAStreamThatEndsByItself() {
    tally.ended(new IOException("The stream ended"));

    assertRefused("The client failed: The stream ended");
  }

  @Test
  void takesTheEndOfAStreamThatIsClosed() {
    tally.event("1000000000", "aho");
    tally.event("1000000001", "aho");
    tally.closing();
    tally.ended(new IOException("The stream ended"));

    assertDoesNotThrow(tally::verify);
  }

  @Test
  void doesNotWaitForEver() throws InterruptedException {
    tally.await(Duration.ofMillis(1));

    assertRefused("The client failed: Expected the end within PT0.001S but came to 0 of 2 events");
  }

  @Test
  void takesTheWorkloadAsJson() {
    tally.json("{\"id\":\"1000000000\",\"data\":\"aho\"}");
    tally.json("{\"id\":\"1000000001\",\"data\":\"aho\"}");

    assertDoesNotThrow(tally::verify);
  }

  @Test
  void refusesARepetitionInJson() {
    tally.json("{\"id\":\"1000000000\",\"data\":\"aho\"}");
    tally.json("{\"id\":\"1000000000\",\"data\":\"aho\"}");

    assertRefused(
        "The client failed: Expected the id 1000000001 but was"
            + " {\"id\":\"1000000000\",\"data\":\"aho\"}");
  }

  @Test
  void refusesJsonOfAnotherLength() {
    tally.json("{\"id\":\"1000000000\",\"data\":\"ah\"}");

    assertRefused(
        "The client failed: Expected 3 chars of data in {\"id\":\"1000000000\",\"data\":\"ah\"}");
  }

  @Test
  void refusesOtherDataInJson() {
    tally.json("{\"id\":\"1000000000\",\"data\":\"bho\"}");

    assertRefused(
        "The client failed: Expected the data aho but was"
            + " {\"id\":\"1000000000\",\"data\":\"bho\"}");
  }

  private void assertRefused(String message) {
    IllegalStateException refusal = assertThrows(IllegalStateException.class, tally::verify);
    assertEquals(message, refusal.getMessage());
  }
}
