package dev.perennial.tests.conformance;

import dev.perennial.subjects.PerennialClient;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.ConformanceSuite;

/** This SDK keeps every rule, over every transport. */
class PerennialConformanceTest extends ConformanceSuite {

  @Override
  protected ClientUnderTest client() {
    return new PerennialClient();
  }

  @Override
  protected int atOnce() {
    return 24;
  }
}
