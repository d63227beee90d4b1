package dev.perennial.testkit.conformance;

import java.util.Locale;

/**
 * How much a rule weighs.
 *
 * @since 0.1.0
 */
public enum Level {
  /** What a client has to do. */
  REQUIRED,
  /** What a client may do, and does well to. */
  OPTIONAL,
  /** What a client has to do, seen in many draws: a sound client fails less than once in 10,000. */
  STOCHASTIC;

  /** The name in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
