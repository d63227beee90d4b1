package dev.perennial.conformance;

import java.util.Locale;

/**
 * Whether a client passed a rule.
 *
 * @since 0.1.0
 */
public enum Verdict {
  /** Everything expected happened. */
  PASSED,
  /** Something else happened. */
  FAILED,
  /** The client does not claim a capability that the rule needs. */
  NOT_APPLICABLE;

  /** Returns the name in reports and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
