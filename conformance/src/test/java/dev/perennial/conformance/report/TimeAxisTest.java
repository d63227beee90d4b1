package dev.perennial.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimeAxisTest {

  @Test
  void timesAreDrawnInProportionAndHeldWithinThePicture() {
    TimeAxis axis = TimeAxis.of(List.of(200L, 500L, 700L), 1_000, 100, 200);

    assertEquals(100, axis.x(0));
    assertEquals(150, axis.x(500));
    assertEquals(200, axis.x(1_000));
    assertEquals(200, axis.x(2_000));
    assertEquals(List.of(), axis.breaks());
    assertEquals(List.of(0L, 200L, 400L, 600L, 800L, 1_000L), axis.ticks());
  }

  @Test
  void longTimeWithoutAnythingIsDrawnShorter() {
    TimeAxis axis = TimeAxis.of(List.of(50L, 100L, 10_000L), 10_000, 0, 100);

    assertEquals(1, axis.breaks().size());
    assertEquals(100, axis.breaks().get(0).from());
    assertEquals(10_000, axis.breaks().get(0).to());
    assertEquals(41, axis.x(50), 0.01);
    assertEquals(82, axis.x(100), 0.01);
    assertEquals(100, axis.x(10_000), 0.01);
    assertEquals(List.of(0L, 50L, 100L, 10_000L), axis.ticks());
  }

  @Test
  void runInWhichNothingWasSeenHasAnAxis() {
    TimeAxis axis = TimeAxis.of(List.of(), 1_000_000_000, 0, 100);

    assertEquals(0, axis.x(0));
    assertEquals(100, axis.x(1_000_000_000));
    assertTrue(axis.ticks().size() > 2, axis.ticks().toString());
  }
}
