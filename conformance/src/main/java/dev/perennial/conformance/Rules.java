package dev.perennial.conformance;

import dev.perennial.conformance.rules.RuleCatalog;
import java.util.List;

/**
 * The rules of the kit.
 *
 * @since 0.1.0
 */
public final class Rules {

  private Rules() {}

  /** Returns all rules, area by area. */
  public static List<Rule> all() {
    return RuleCatalog.all();
  }
}
