package dev.perennial.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void durationsHaveTheUnitThatPeopleUse() {
    assertEquals("0 ms", Words.duration(Duration.ZERO));
    assertEquals("below 1 ms", Words.duration(Duration.ofNanos(400_000)));
    assertEquals("14 ms", Words.duration(Duration.ofMillis(14)));
    assertEquals("1.2 s", Words.duration(Duration.ofMillis(1_234)));
    assertEquals("1 min 5 s", Words.duration(Duration.ofSeconds(65)));
    assertEquals("2 h 3 min", Words.duration(Duration.ofMinutes(123)));
  }

  @Test
  void countsAreGroupedAndAgreeWithTheirNoun() {
    assertEquals("1 event", Words.count(1, "event", "events"));
    assertEquals("1,000,000 events", Words.count(1_000_000, "event", "events"));
    assertEquals("0 events", Words.count(0, "event", "events"));
  }
}
