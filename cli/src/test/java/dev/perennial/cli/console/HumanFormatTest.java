package dev.perennial.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HumanFormatTest {

  @Test
  void durationsHaveAReadableUnit() {
    assertEquals("0 ms", HumanFormat.duration(Duration.ZERO));
    assertEquals("under 1 ms", HumanFormat.duration(Duration.ofNanos(400_000)));
    assertEquals("14 ms", HumanFormat.duration(Duration.ofMillis(14)));
    assertEquals("1.2 s", HumanFormat.duration(Duration.ofMillis(1_234)));
    assertEquals("1 min 5 s", HumanFormat.duration(Duration.ofSeconds(65)));
    assertEquals("2 h 3 min", HumanFormat.duration(Duration.ofMinutes(123)));
  }

  @Test
  void countsAreGroupedAndAgreeWithTheirNoun() {
    assertEquals("1 event", HumanFormat.count(1, "event", "events"));
    assertEquals("1,000,000 events", HumanFormat.count(1_000_000, "event", "events"));
    assertEquals("0 events", HumanFormat.count(0, "event", "events"));
  }
}
