package dev.perennial.testkit.conformance;

import java.util.Locale;

/**
 * What became of a rule.
 *
 * @since 0.1.0
 */
public enum Verdict {
  /** All was seen that had to be. */
  PASSED,
  /** Something else was seen. */
  FAILED,
  /** The client lacks what the rule needs. */
  NOT_APPLICABLE;

  /** The name in reports and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
