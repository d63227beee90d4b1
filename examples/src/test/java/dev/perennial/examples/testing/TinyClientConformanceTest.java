package dev.perennial.examples.testing;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.ConformanceSuite;
import dev.perennial.conformance.Rule;

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
