package dev.perennial.conformance.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Maps the time of a run to a position, from left to right. Long stretches without any event are
 * drawn shorter, so that events can be distinguished. Immutable.
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
   * A stretch without events that is drawn shorter.
   *
   * @param from where it begins, in nanoseconds
   * @param to where it ends
   * @param shown as how many nanoseconds it is drawn
   */
  record Break(long from, long to, double shown) {
    long nanos() {
      return to - from;
    }
  }

  /**
   * Creates an axis.
   *
   * @param moments the times of all events, in order
   * @param nanos the duration of the run
   * @param left where the axis begins
   * @param right where the axis ends
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

  /** Returns the position of a time. */
  double x(long atNanos) {
    double part = shown(Math.min(nanos, Math.max(0, atNanos))) / shown(nanos);
    return left + part * (right - left);
  }

  /** Returns a time minus what is not drawn before it. */
  private double shown(long atNanos) {
    double shown = atNanos;
    for (Break one : breaks) {
      long within = Math.min(one.nanos(), Math.max(0, atNanos - one.from()));
      shown -= within * (1 - one.shown() / one.nanos());
    }
    return shown;
  }

  /** Returns a few round times. */
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

  /** Returns the end of the break that a time falls into, or else the time itself. */
  private long endOfBreak(long atNanos) {
    for (Break one : breaks) {
      if (atNanos > one.from() && atNanos < one.to()) {
        return one.to();
      }
    }
    return atNanos;
  }
}
