package dev.perennial.examples.testing;

import dev.perennial.testkit.conformance.Area;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.ConformanceSuite;
import dev.perennial.testkit.conformance.Rule;

// region suite
final class TinyClientConformanceTest extends ConformanceSuite {
  @Override
  protected ClientUnderTest client() {
    return new TinyClient();
  }

  @Override
  protected boolean isWanted(Rule rule) {
    return rule.area() == Area.CLOSING; // default: all rules; this client passes these
  }
}
// endregion
