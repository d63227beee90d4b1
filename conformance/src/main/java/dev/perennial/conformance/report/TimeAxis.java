package dev.perennial.conformance.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The time of a picture, from left to right. Long stretches in which nothing was seen are drawn
 * shorter, so that what was seen can be told apart. Immutable.
 */
final class TimeAxis {
  private static final int MOST_TICKS = 6;
  private static final int MOST_BREAKS = 3;
  private static final double LONG = 0.7; // Of the picture: a longer stretch is shortened,
  private static final double SHORTENED = 0.18; // to about this.

  private final long nanos;
  private final double left;
  private final double right;
  private final List<Break> breaks;

  private TimeAxis(long nanos, double left, double right, List<Break> breaks) {
    this.nanos = nanos;
    this.left = left;
    this.right = right;
    this.breaks = breaks;
  }

  /**
   * A stretch that is drawn shorter.
   *
   * @param from where nothing begins to be seen, in nanoseconds
   * @param to where something is seen again
   * @param shown as how many nanoseconds it is drawn
   */
  record Break(long from, long to, double shown) {
    long nanos() {
      return to - from;
    }
  }

  /**
   * @param moments when something was seen, in order
   * @param nanos how long the run took
   * @param left where it begins
   * @param right where it ends
   */
  static TimeAxis of(List<Long> moments, long nanos, double left, double right) {
    List<Break> gaps = new ArrayList<>();
    long last = 0;
    for (long moment : moments) {
      gaps.add(new Break(last, moment, moment - last));
      last = moment;
    }
    gaps.add(new Break(last, nanos, nanos - last));
    gaps.sort(Comparator.comparingLong(Break::nanos).reversed());
    List<Break> breaks = new ArrayList<>();
    double shown = nanos;
    for (Break gap : gaps.subList(0, Math.min(MOST_BREAKS, gaps.size()))) {
      double rest = shown - gap.nanos();
      if (gap.nanos() < LONG * shown || rest <= 0) {
        break;
      }
      double part = rest * SHORTENED / (1 - SHORTENED);
      breaks.add(new Break(gap.from(), gap.to(), part));
      shown = rest + part;
    }
    return new TimeAxis(nanos, left, right, List.copyOf(breaks));
  }

  long nanos() {
    return nanos;
  }

  double left() {
    return left;
  }

  double right() {
    return right;
  }

  List<Break> breaks() {
    return breaks;
  }

  /** Where a time is. */
  double x(long atNanos) {
    double part = shown(Math.min(nanos, Math.max(0, atNanos))) / shown(nanos);
    return left + part * (right - left);
  }

  /** A time less what is not drawn before it. */
  private double shown(long atNanos) {
    double shown = atNanos;
    for (Break one : breaks) {
      long within = Math.min(one.nanos(), Math.max(0, atNanos - one.from()));
      shown -= within * (1 - one.shown() / one.nanos());
    }
    return shown;
  }

  /** Round times, a few of them. */
  List<Long> ticks() {
    long step = 1;
    double shown = shown(nanos);
    for (int i = 0; shown / step > MOST_TICKS; i++) {
      step = i % 3 == 1 ? step / 2 * 5 : step * 2; // 1, 2, 5, 10, …
    }
    List<Long> ticks = new ArrayList<>();
    for (long tick = 0; tick <= nanos; tick += step) {
      long end = endOfBreak(tick);
      if (end > tick) {
        tick = (end - 1) / step * step; // The last round time in it.
      } else {
        ticks.add(tick);
      }
    }
    return ticks;
  }

  /** The end of the break that a time is in; the time itself when it is in none. */
  private long endOfBreak(long atNanos) {
    for (Break one : breaks) {
      if (atNanos > one.from() && atNanos < one.to()) {
        return one.to();
      }
    }
    return atNanos;
  }
}
