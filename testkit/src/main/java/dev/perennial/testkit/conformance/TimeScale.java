package dev.perennial.testkit.conformance;

import java.time.Duration;

/** How many times faster than a scenario's own time it is run. Immutable. */
final class TimeScale {
  private final double speed;

  private TimeScale(double speed) {
    this.speed = speed;
  }

  static TimeScale of(double speed) {
    if (!(speed > 0 && speed <= 1_000)) {
      throw new IllegalArgumentException("speed must be above 0 and up to 1000 but was " + speed);
    }
    return new TimeScale(speed);
  }

  double speed() {
    return speed;
  }

  /** The real time of a scenario's time, a millisecond at least unless it is none. */
  Duration real(Duration scenario) {
    if (scenario.isZero()) {
      return scenario;
    }
    return Duration.ofNanos(Math.max(1_000_000, (long) (scenario.toNanos() / speed)));
  }
}
