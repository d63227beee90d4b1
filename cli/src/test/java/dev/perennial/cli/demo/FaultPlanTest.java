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
  void hasTheRequestedNumberOfFaults(long events, int faults) {
    List<PlannedFault> planned = FaultPlan.of(7, events, faults).faults();

    assertEquals(faults, planned.stream().mapToInt(PlannedFault::count).sum());
    long last = 1;
    for (PlannedFault fault : planned) {
      assertTrue(fault.position() >= last && fault.position() <= events, fault::toString);
      last = fault.position();
    }
  }

  @Test
  void isTheSameForTheSameSeed() {
    assertEquals(FaultPlan.of(42, 20_000, 40).faults(), FaultPlan.of(42, 20_000, 40).faults());
    assertNotEquals(FaultPlan.of(42, 20_000, 40).faults(), FaultPlan.of(43, 20_000, 40).faults());
  }

  @Test
  void longPlanHasEveryKind() {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (PlannedFault fault : FaultPlan.of(1, 1_000_000, 2_000).faults()) {
      kinds.add(fault.kind());
      if (!fault.truncatedAfterBytes().isEmpty()) {
        kinds.add(FaultKind.TRUNCATED);
      }
    }

    assertEquals(EnumSet.allOf(FaultKind.class), kinds);
  }
}
