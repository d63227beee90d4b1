package dev.perennial.tests.torture;

import dev.perennial.tests.torture.ServerLog.Position;
import java.util.Random;
import java.util.Set;

/**
 * Decides by a seed what happens. The numbers that are drawn do not depend on which faults are
 * allowed, so that a run that is repeated with fewer of them stays as similar as it can.
 */
final class Chance {
  private static final int MALFORMED_ONE_IN = 150;

  private final Random random;
  private final long seed;
  private final Set<Fault> allowed;
  private boolean isQuiet;

  Chance(long seed, Set<Fault> allowed) {
    this.random = new Random(seed);
    this.seed = seed;
    this.allowed = allowed;
  }

  /** From now on nothing goes wrong. */
  void quiet() {
    isQuiet = true;
  }

  boolean isOn(Fault fault) {
    return allowed.contains(fault);
  }

  /** Whether a fault happens now, which it does once in so many cases if it is allowed. */
  boolean of(Fault fault, int oneIn) {
    boolean happens = random.nextInt(oneIn) == 0;
    return happens && !isQuiet && isOn(fault);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean flip() {
    return random.nextBoolean();
  }

  /** Whether an event cannot be decoded: the same on each connection. */
  boolean isMalformed(Position position) {
    int hash = new Random(seed ^ position.hashCode()).nextInt(MALFORMED_ONE_IN);
    return hash == 0 && isOn(Fault.MALFORMED_EVENT);
  }
}
