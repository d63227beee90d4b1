package dev.perennial.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultPlanTest {

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 1", "5, 5", "2000, 30", "20000, 40", "1000000, 2000"})
  void hasExactlyTheFaultsThatWereAskedFor(long events, int faults) {
    List<FaultPlan.Strike> strikes = FaultPlan.of(7, events, faults).strikes();

    assertEquals(faults, strikes.stream().mapToInt(FaultPlan.Strike::faults).sum());
    long last = 1;
    for (FaultPlan.Strike strike : strikes) {
      assertTrue(strike.position() >= last && strike.position() <= events, strike::toString);
      last = strike.position();
    }
  }

  @Test
  void isTheSameForTheSameSeed() {
    assertEquals(FaultPlan.of(42, 20_000, 40).strikes(), FaultPlan.of(42, 20_000, 40).strikes());
    assertNotEquals(FaultPlan.of(42, 20_000, 40).strikes(), FaultPlan.of(43, 20_000, 40).strikes());
  }

  @Test
  void aLongPlanHasEveryKind() {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (FaultPlan.Strike strike : FaultPlan.of(1, 1_000_000, 2_000).strikes()) {
      kinds.add(strike.kind());
      if (!strike.tornAfterBytes().isEmpty()) {
        kinds.add(FaultKind.TORN);
      }
    }

    assertEquals(EnumSet.allOf(FaultKind.class), kinds);
  }
}
