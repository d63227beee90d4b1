package dev.perennial.tests.torture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A million steps of a server, a network and an application that do what a seed says, in virtual
 * time. Nothing is lost without a gap, nothing comes twice, no cursor is ahead of what was
 * processed, each subscription ends once and leaves nothing behind.
 */
class TortureTest {
  private static final int STEPS_PER_RUN = 2_000;

  @Test
  void promisesHoldWhateverHappens() {
    long steps = Long.getLong("perennial.torture.steps", 1_000_000);
    long first = Long.getLong("perennial.torture.seed", 1);
    long done = 0;
    long runs = 0;
    for (long seed = first; done < steps; seed++, runs++) {
      try {
        done += new TortureRun(seed, EnumSet.allOf(Fault.class), STEPS_PER_RUN).run();
      } catch (AssertionError failure) {
        throw shrunk(seed, failure);
      }
    }
    System.out.printf("%,d steps in %,d runs, the first with seed %d%n", done, runs, first);
    assertTrue(runs > 0);
  }

  /** Repeats a run with fewer faults and fewer steps, as long as it fails. */
  private static AssertionError shrunk(long seed, AssertionError failure) {
    AssertionError last = failure;
    Set<Fault> faults = EnumSet.allOf(Fault.class);
    int steps = STEPS_PER_RUN;
    for (Fault fault : Fault.values()) {
      Set<Fault> fewer = EnumSet.copyOf(faults);
      fewer.remove(fault);
      AssertionError other = failureOf(seed, fewer, steps);
      if (other != null) {
        last = other;
        faults = fewer;
      }
    }
    for (int fewer = steps / 2; fewer > 0; fewer /= 2) {
      AssertionError other = failureOf(seed, faults, steps - fewer);
      if (other != null) {
        last = other;
        steps -= fewer;
      }
    }
    String repeat =
        "new TortureRun("
            + seed
            + "L, EnumSet.copyOf(List.of("
            + faults
            + ")), "
            + steps
            + ").run();";
    return new AssertionError(last.getMessage() + "\nRepeat it with: " + repeat, last);
  }

  private static AssertionError failureOf(long seed, Set<Fault> faults, int steps) {
    try {
      new TortureRun(seed, faults, steps).run();
      return null;
    } catch (AssertionError failure) {
      return failure;
    }
  }
}
