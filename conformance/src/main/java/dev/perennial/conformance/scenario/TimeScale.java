package dev.perennial.conformance.scenario;

import java.time.Duration;

/** Converts a scenario's time to real time. Immutable. */
public final class TimeScale {
  /** The speed that scenarios are written for. */
  public static final double USUAL = 20;

  private final double speed;

  private TimeScale(double speed) {
    this.speed = speed;
  }

  public static TimeScale of(double speed) {
    if (!(speed > 0 && speed <= 1_000)) {
      throw new IllegalArgumentException("speed must be above 0 and up to 1000 but was " + speed);
    }
    return new TimeScale(speed);
  }

  /** Scales a time limit, which is never below the one at the usual speed. */
  Duration limit(Duration atUsualSpeed) {
    double slower = Math.max(1, USUAL / speed);
    return Duration.ofNanos((long) (atUsualSpeed.toNanos() * slower));
  }

  double speed() {
    return speed;
  }

  /** Returns the real time of a scenario's time: at least 1 ms, unless it is zero. */
  public Duration real(Duration scenario) {
    if (scenario.isZero()) {
      return scenario;
    }
    return Duration.ofNanos(Math.max(1_000_000, (long) (scenario.toNanos() / speed)));
  }
}
