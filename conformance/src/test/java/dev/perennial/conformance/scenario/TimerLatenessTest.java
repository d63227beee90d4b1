package dev.perennial.conformance.scenario;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimerLatenessTest {
  private final TimerLateness lateness = new TimerLateness();

  @Test
  void machineThatIsNeverLateIsNotBusy() {
    assertFalse(lateness.wasBusySince(0));

    lateness.paused(0, millis(9));

    assertFalse(lateness.wasBusySince(0));
  }

  @Test
  void pauseThatEndsTooLateMarksTheMachineAsBusyUntilItsEnd() {
    lateness.paused(millis(100), millis(110));

    assertTrue(lateness.wasBusySince(millis(50)));
    assertTrue(lateness.wasBusySince(millis(110)));
    assertFalse(lateness.wasBusySince(millis(111)));
  }

  private static long millis(long count) {
    return TimeUnit.MILLISECONDS.toNanos(count);
  }
}
