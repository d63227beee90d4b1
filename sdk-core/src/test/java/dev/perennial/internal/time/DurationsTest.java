package dev.perennial.internal.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT0.0000001S, 100 ns",
    "PT0.0002S, 200 µs",
    "PT0.25S, 250 ms",
    "PT0.9999S, 999 ms",
    "PT1S, 1 s",
    "PT33.6543S, 33.6 s",
    "PT59.99S, 59.9 s",
    "PT1M, 1 min",
    "PT5M30.9S, 5 min 30 s",
    "PT1H, 1 h",
    "PT1H59M59S, 1 h 59 min",
    "P1D, 1 d",
    "P3DT4H5M, 3 d 4 h",
    "PT2562047H, 106751 d 23 h"
  })
  void readsAsPeopleWriteIt(Duration duration, String text) {
    assertEquals(text, Durations.text(duration));
  }
}
