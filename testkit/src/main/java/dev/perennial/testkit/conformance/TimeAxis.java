package dev.perennial.testkit.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * The time of a picture, from left to right.
 *
 * @param nanos how long the run took, up to the last thing that was seen
 * @param left where it begins
 * @param right where it ends
 */
record TimeAxis(long nanos, double left, double right) {
  private static final int MOST_TICKS = 6;

  /** Where a time is. */
  double x(long atNanos) {
    double part = Math.min(1, Math.max(0, atNanos / (double) nanos));
    return left + part * (right - left);
  }

  /** Round times, a few of them. */
  List<Long> ticks() {
    long step = 1;
    for (int i = 0; nanos / step > MOST_TICKS; i++) {
      step = i % 3 == 1 ? step / 2 * 5 : step * 2; // 1, 2, 5, 10, …
    }
    List<Long> ticks = new ArrayList<>();
    for (long tick = 0; tick <= nanos; tick += step) {
      ticks.add(tick);
    }
    return ticks;
  }
}
