package dev.perennial.benchmarks;

import java.util.Arrays;

/** One figure of each round, in the order of the rounds. */
final class Samples {
  private final double[] values;

  private Samples(double[] values) {
    this.values = values;
  }

  static Samples of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values must not be empty");
    }
    return new Samples(values.clone());
  }

  /** The median: the middle value, or the mean of the two in the middle. */
  double median() {
    return quantile(0.5);
  }

  /** The lower quartile: a quarter of the rounds had less. */
  double lowerQuartile() {
    return quantile(0.25);
  }

  /** The upper quartile: a quarter of the rounds had more. */
  double upperQuartile() {
    return quantile(0.75);
  }

  private double quantile(double fraction) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Divides each value by that of the other in the same round. */
  Samples over(Samples other) {
    if (values.length != other.values.length) {
      throw new IllegalArgumentException(
          "Expected " + values.length + " rounds but was " + other.values.length);
    }
    double[] ratios = new double[values.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values[i] / other.values[i];
    }
    return new Samples(ratios);
  }
}
