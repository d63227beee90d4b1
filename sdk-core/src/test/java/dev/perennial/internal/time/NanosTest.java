package dev.perennial.internal.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NanosTest {

  @Test
  void durationsSaturate() {
    assertEquals(1_500_000_000L, Nanos.of(Duration.ofMillis(1_500)));
    assertEquals(Nanos.FOREVER, Nanos.of(Duration.ofDays(200_000)));
    assertEquals(Nanos.FOREVER, Nanos.of(Duration.ofSeconds(Long.MAX_VALUE)));
  }

  @Test
  void doublingSaturates() {
    assertEquals(8, Nanos.doubled(1, 3));
    assertEquals(1L << 61, Nanos.doubled(1, 61));
    assertEquals(Nanos.FOREVER, Nanos.doubled(1, 63));
    assertEquals(Nanos.FOREVER, Nanos.doubled(3, 62));
    assertEquals(Nanos.FOREVER, Nanos.doubled(1, Integer.MAX_VALUE));
    assertEquals(Nanos.FOREVER, Nanos.doubled(Nanos.FOREVER, 0));
  }

  @Test
  void additionSaturates() {
    assertEquals(3, Nanos.plus(1, 2));
    assertEquals(Nanos.FOREVER, Nanos.plus(Nanos.FOREVER, 1));
    assertEquals(Nanos.FOREVER, Nanos.plus(Nanos.FOREVER - 1, 1));
  }
}
