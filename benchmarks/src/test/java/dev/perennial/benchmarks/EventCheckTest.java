package dev.perennial.benchmarks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventCheckTest {
  private final EventCheck check = new EventCheck(new Workload(ComparedTransport.SSE, 2, 3, 1));

  @Test
  void takesExactlyTheWorkload() {
    check.event("1000000000", "aho");
    check.event("1000000001", "aho");

    assertDoesNotThrow(check::verify);
  }

  @Test
  void refusesAnEventThatIsMissing() {
    check.event("1000000000", "aho");

    assertRefused("Expected exactly the workload but came to 1 of 2 events");
  }

  @Test
  void refusesAHole() {
    check.event("1000000001", "aho");

    assertRefused("The client failed: Expected the id 1000000000 but was 1000000001");
  }

  @Test
  void refusesARepetition() {
    check.event("1000000000", "aho");
    check.event("1000000000", "aho");

    assertRefused("The client failed: Expected the id 1000000001 but was 1000000000");
  }

  @Test
  void refusesAnEventWithoutId() {
    check.event(null, "aho");

    assertRefused("The client failed: Expected the id 1000000000 but was null");
  }

  @Test
  void refusesOneEventTooMany() {
    check.event("1000000000", "aho");
    check.event("1000000001", "aho");
    check.event("1000000002", "aho");

    assertRefused("The client failed: Expected 2 of 2 events to be all but then got 1000000002");
  }

  @Test
  void refusesDataOfAnotherLength() {
    check.event("1000000000", "ah");

    assertRefused("The client failed: Expected the data aho but was ah");
  }

  @Test
  void refusesOtherData() {
    check.event("1000000000", "bho");

    assertRefused("The client failed: Expected the data aho but was bho");
  }

  @Test
  void refusesAStreamThatEndsByItself() {
    check.ended(new IOException("The stream ended"));

    assertRefused("The client failed: The stream ended");
  }

  @Test
  void takesTheEndOfAStreamThatIsClosed() {
    check.event("1000000000", "aho");
    check.event("1000000001", "aho");
    check.closing();
    check.ended(new IOException("The stream ended"));

    assertDoesNotThrow(check::verify);
  }

  @Test
  void doesNotWaitForEver() throws InterruptedException {
    check.await(Duration.ofMillis(1));

    assertRefused("The client failed: Expected the end within PT0.001S but came to 0 of 2 events");
  }

  @Test
  void takesTheWorkloadAsBytes() {
    int length = "{\"id\":\"1000000000\",\"data\":\"aho\"}".length();
    check.jsonBytes("1000000000", length);
    check.jsonBytes("1000000001", length);

    assertDoesNotThrow(check::verify);
  }

  @Test
  void refusesBytesOfAnotherLength() {
    check.jsonBytes("1000000000", 3);

    assertRefused("The client failed: Expected 32 bytes but was 3");
  }

  @Test
  void takesTheWorkloadAsJson() {
    check.json("{\"id\":\"1000000000\",\"data\":\"aho\"}");
    check.json("{\"id\":\"1000000001\",\"data\":\"aho\"}");

    assertDoesNotThrow(check::verify);
  }

  @Test
  void refusesARepetitionInJson() {
    check.json("{\"id\":\"1000000000\",\"data\":\"aho\"}");
    check.json("{\"id\":\"1000000000\",\"data\":\"aho\"}");

    assertRefused(
        "The client failed: Expected the id 1000000001 but was"
            + " {\"id\":\"1000000000\",\"data\":\"aho\"}");
  }

  @Test
  void refusesJsonOfAnotherLength() {
    check.json("{\"id\":\"1000000000\",\"data\":\"ah\"}");

    assertRefused(
        "The client failed: Expected 3 chars of data in {\"id\":\"1000000000\",\"data\":\"ah\"}");
  }

  @Test
  void refusesOtherDataInJson() {
    check.json("{\"id\":\"1000000000\",\"data\":\"bho\"}");

    assertRefused(
        "The client failed: Expected the data aho but was"
            + " {\"id\":\"1000000000\",\"data\":\"bho\"}");
  }

  private void assertRefused(String message) {
    IllegalStateException refusal = assertThrows(IllegalStateException.class, check::verify);
    assertEquals(message, refusal.getMessage());
  }
}
