package dev.perennial.conformance;

import java.util.Locale;

/**
 * Whether a client has to pass a rule.
 *
 * @since 0.1.0
 */
public enum Level {
  /** A client has to pass the rule. */
  REQUIRED,
  /** A client should pass the rule, but is not failed by it. */
  OPTIONAL,
  /**
   * A client has to pass the rule, which is judged over many draws: a sound client fails it less
   * than once in 10,000 runs.
   */
  STOCHASTIC;

  /** Returns the name in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
